import { empty, join, raw, sql as tag } from "@prisma/client-runtime-utils";

/**
 * SQL with its values apart, made without Prisma's client, which accepts it: `db.$queryRaw(sql`…`)`. Put a part of a statement
 * into `sql` only: Prisma's own templates would take it for a value.
 */
export const sql = Object.assign(tag.bind(undefined), { join, raw, empty });
export type Sql = ReturnType<typeof sql>;
