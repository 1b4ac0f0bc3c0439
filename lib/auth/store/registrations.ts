import type { Registration } from "@/lib/auth/model/registration";
import { db, readRows } from "@/lib/db";
import { sql } from "@/lib/db/sql";
import type { Verification } from "@/prisma/client/client";

/** How many open registrations of one address are looked at when a client names no more than the address. */
const NEWEST = 3;

/** `verify` proves the address of a user who exists. */
export const REGISTRATIONS = ["register", "verify"] as const;
export type RegistrationPurpose = (typeof REGISTRATIONS)[number];

/** The newest open registrations of an address, the newest first, for clients that keep no id. */
export function listRegistrations(email: string): Promise<Verification[]> {
  return db.verification.findMany({
    where: { email, purpose: { in: [...REGISTRATIONS] }, expires: { gt: new Date() } },
    orderBy: { createdAt: "desc" },
    take: NEWEST,
  });
}

/**
 * The id of the newest open registration of an address that a client of this source began, else of the newest at all, or null.
 * Others may have begun any number since.
 */
export async function findRegistrationId(
  email: string,
  source: string,
  purposes: readonly RegistrationPurpose[],
): Promise<string | null> {
  const [row] = await readRows<Pick<Verification, "id">>(sql`
    SELECT "id" FROM "Verification"
    WHERE "email" = ${email} AND "purpose" IN (${sql.join([...purposes])}) AND "expires" > ${new Date()}
    ORDER BY ("payload" ->> 'source' = ${source}) DESC NULLS LAST, "createdAt" DESC LIMIT 1`);
  return row?.id ?? null;
}

/** Replaces the content of a registration under way; link and code stay. False without one of this id and address. */
export async function reviseRegistration(id: string, email: string, payload: Registration): Promise<boolean> {
  const where = { id, email, purpose: "register", expires: { gt: new Date() } };
  return (await db.verification.updateMany({ where, data: { payload } })).count === 1;
}
