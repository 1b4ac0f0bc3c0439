import { z } from "zod";
import { becomeActor, becomeActorOnceProved } from "@/lib/auth/become-actor";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import * as schemas from "@/lib/auth/model/schemas";
import { findActor, newActorId, updateActor } from "@/lib/auth/store/actors";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { Prisma } from "@/prisma/client/client";
import { parseStrict } from "./body";
import { medusaError } from "./errors";
import { refuseCaller } from "./owing";
import { findCaller, findPending } from "./session";

const CUSTOMER = "customer";
const MAX_TEXT = 200;
const text = schemas.name.pipe(z.string().max(MAX_TEXT)).nullish();

const Update = z.strictObject({
  first_name: text,
  last_name: text,
  company_name: text,
  phone: text,
  metadata: schemas.metadata.nullish(),
});
const Create = Update.extend({ email: schemas.email.nullish() });

/** What a customer is, besides the address, which is the user's. Parsed, because the column is JSON. */
const Customer = z.object({
  first_name: z.string().nullable().default(null),
  last_name: z.string().nullable().default(null),
  company_name: z.string().nullable().default(null),
  phone: z.string().nullable().default(null),
  metadata: z.record(z.string(), z.json()).nullable().default(null),
});

/** `POST /store/customers`: makes the caller a customer. Their next token says so. */
export async function createCustomer(call: ApiCall): Promise<Result<Response>> {
  const caller = await findCaller(call);
  const pending = caller ? null : await findPending(call);
  const actorType = caller?.actorType ?? pending?.claims.actor_type;
  if (actorType !== CUSTOMER) return refuseCaller(call);
  const input = parseStrict(Create, call.body);
  if (input instanceof Response) return ok(input);
  const { email, ...fields } = input;
  const actor = { id: newActorId("cus"), type: CUSTOMER, data: dataOf(fields) };
  const taken = (own: string) => email && email !== own;

  if (caller) {
    if (await findActor(caller.user.id, CUSTOMER)) return ok(ALREADY());
    if (taken(caller.user.email)) return ok(TAKEN());
    const created = await becomeActor(caller.user.id, actor);
    return created.ok ? answer(created.value, caller.user.email) : ok(ALREADY());
  }
  if (!pending) return fail("unauthenticated");
  const waiting = await becomeActorOnceProved(pending.id, actor);
  if (!waiting.ok) return waiting.error.code === "conflict" ? ok(ALREADY()) : fail("unauthenticated");
  return answer({ ...actor, createdAt: new Date(), updatedAt: new Date() }, waiting.value.email);
}

const ALREADY = () => medusaError("invalid_data", "Request already authenticated as a customer.");
/** A customer's address is the one signed in with. Any other is answered alike, so that none can be probed for. */
const TAKEN = () => medusaError("duplicate_error", "Customer with this email already has an account");

/** `GET /store/customers/me`. */
export async function readCustomer(call: ApiCall): Promise<Result<Response>> {
  const found = await findCustomer(call);
  return found ? answer(found.actor, found.email) : refuseCaller(call);
}

/** `POST /store/customers/me`: changes what is given. */
export async function updateCustomer(call: ApiCall): Promise<Result<Response>> {
  const found = await findCustomer(call);
  if (!found) return refuseCaller(call);
  const input = parseStrict(Update, call.body);
  if (input instanceof Response) return ok(input);
  const updated = await updateActor(found.actor.id, { ...Object(found.actor.data), ...dataOf(input) });
  return updated ? answer(updated, found.email) : fail("unauthenticated");
}

async function findCustomer(call: ApiCall) {
  const caller = await findCaller(call);
  const actor = caller?.actorType === CUSTOMER ? await findActor(caller.user.id, CUSTOMER) : null;
  return caller && actor ? { actor, email: caller.user.email } : null;
}

function dataOf(fields: z.infer<typeof Update>): Prisma.JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Prisma.JsonObject;
}

function answer(
  { id, data, createdAt, updatedAt }: { id: string; data: unknown; createdAt: Date; updatedAt: Date },
  email: string,
): Result<Response> {
  const customer = { id, email, ...Customer.parse(data), has_account: true, deleted_at: null };
  return ok(json(200, { customer: { ...customer, created_at: createdAt, updated_at: updatedAt, addresses: [] } }));
}
