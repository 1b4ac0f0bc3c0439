import { db } from "@/lib/db";
import type { Verification } from "@/prisma/client/client";

const INVITE = { purpose: "invite" };
const open = () => ({ ...INVITE, expires: { gt: new Date() } });

/** One page of the invitations that wait, the oldest first, and how many there are. */
export async function listInvitations(page: { skip: number; take: number }) {
  const where = open();
  const [count, invitations] = [
    await db.verification.count({ where }),
    await db.verification.findMany({ where, orderBy: [{ createdAt: "asc" }, { id: "asc" }], ...page }),
  ];
  return { count, invitations };
}

/** The invitation that waits by this id, or null. */
export function findInvitation(id: string): Promise<Verification | null> {
  return db.verification.findFirst({ where: { ...open(), id } });
}

/** Ends the invitations of an address, so that a newer one is the only one. */
export async function endInvitations(email: string): Promise<void> {
  await db.verification.deleteMany({ where: { ...INVITE, email } });
}

/** Ends one invitation. False when there is none by this id. */
export async function endInvitation(id: string): Promise<boolean> {
  return (await db.verification.deleteMany({ where: { ...INVITE, id } })).count === 1;
}

/** Makes another admin the inviter: the one who renewed the invitation. */
export async function moveInvitation(id: string, userId: string): Promise<void> {
  await db.verification.updateMany({ where: { ...INVITE, id }, data: { userId } });
}
