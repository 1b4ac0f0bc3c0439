import { empty, join, raw, sql as tag } from "@prisma/client-runtime-utils";

/**
 * SQL whose values go to the database beside it, without Prisma's client, which takes it: `db.$queryRaw(sql`…`)`. A part of a
 * statement goes into `sql` only; in Prisma's own templates it would be a value.
 */
export const sql = Object.assign(tag.bind(undefined), { join, raw, empty });
export type Sql = ReturnType<typeof sql>;
