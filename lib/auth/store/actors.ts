import { randomUUID } from "node:crypto";
import { db } from "@/lib/db";
import type { Actor, Prisma } from "@/prisma/client/client";

/** An id for a new actor that begins with its type, like `cus_…`. */
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

/** Makes the user an actor. Call it in a transaction that has checked that they are not one yet. */
export function createActor(input: {
  id: string;
  userId: string;
  type: string;
  data: Prisma.InputJsonObject;
}): Promise<Actor> {
  return db.actor.create({ data: input });
}

/** Replaces an actor's data. Null when it is gone. */
export async function updateActor(id: string, data: Prisma.InputJsonObject): Promise<Actor | null> {
  const [actor] = await db.actor.updateManyAndReturn({ where: { id }, data: { data } });
  return actor ?? null;
}
