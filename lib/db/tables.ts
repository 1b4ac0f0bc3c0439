import { Prisma } from "@/prisma/client/client";

/** All tables of ours, in the order of schema.prisma, and the one in which Prisma notes the migrations. */
export const TABLES = ["_prisma_migrations", ...Object.values(Prisma.ModelName)];
