import { randomUUID } from "node:crypto";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { db } from "@/lib/db";
import { type Actor, Prisma } from "@/prisma/client/client";

/** An id for a new actor that says what it is of, like `cus_…`. */
export function newActorId(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll("-", "")}`;
}

/** What a user is towards each part of the business, the oldest first. */
export function listActors(userId: string): Promise<Actor[]> {
  return db.actor.findMany({ where: { userId }, orderBy: { createdAt: "asc" } });
}

/** What a user is towards one part of the business, or null. */
export function findActor(userId: string, type: string): Promise<Actor | null> {
  return db.actor.findUnique({ where: { userId_type: { userId, type } } });
}

/** Makes the user one. @returns `conflict` when they are already, also by a request that came first by a millisecond. */
export async function createActor(input: {
  id: string;
  userId: string;
  type: string;
  data: Prisma.InputJsonObject;
}): Promise<Result<Actor>> {
  try {
    return ok(await db.actor.create({ data: input }));
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") return fail("conflict");
    throw error;
  }
}

/** Replaces an actor's data. Null when it is gone. */
export async function updateActor(id: string, data: Prisma.InputJsonObject): Promise<Actor | null> {
  const [actor] = await db.actor.updateManyAndReturn({ where: { id }, data: { data } });
  return actor ?? null;
}
