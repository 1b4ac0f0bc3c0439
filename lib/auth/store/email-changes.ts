import { db } from "@/lib/db";
import type { Verification } from "@/prisma/client/client";

/** The change of address that a user asked for last and has not confirmed yet, or null. */
export function findOpenEmailChange(userId: string): Promise<Verification | null> {
  return db.verification.findFirst({
    where: { userId, purpose: "change-email", expires: { gt: new Date() } },
    orderBy: { createdAt: "desc" },
  });
}
