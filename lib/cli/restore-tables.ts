import { Prisma } from "@/prisma/client/client";

/** The tables that a backup holds: a model each, and what Prisma notes of the migrations. */
export const TABLES = ["_prisma_migrations", ...Object.values(Prisma.ModelName)];

/**
 * What a restored database begins without: whatever was open for a while when the backup was made. A session that was
 * revoked since would live again, a link that was used would work again, and mails would be sent again.
 */
export const ENDED = ["Session", "Verification", "RememberedDevice", "OutboxMail", "Delivery"];
