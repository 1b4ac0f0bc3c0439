import { z } from "zod";
import { becomeActor, becomeActorOnceProved, changeActor } from "@/lib/auth/become-actor";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { apiFieldsOf, type ProfileValues, takeApiFields } from "@/lib/auth/model/profile";
import * as schemas from "@/lib/auth/model/schemas";
import { findActor, newActorId } from "@/lib/auth/store/actors";
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
  const { email, ...others } = input;
  const taken = takeFields(others);
  if (!taken.ok) return taken;
  const { fields, data } = taken.value;
  const actor = { id: newActorId("cus"), type: CUSTOMER, data };
  const isOther = (own: string) => email && email !== own;

  if (caller) {
    if (await findActor(caller.user.id, CUSTOMER)) return ok(ALREADY());
    if (isOther(caller.user.email)) return ok(TAKEN());
    const created = await becomeActor(caller.user.id, actor, fields);
    return created.ok ? answer(created.value.actor, created.value.user) : ok(ALREADY());
  }
  if (!pending) return fail("unauthenticated");
  const waiting = await becomeActorOnceProved(pending.id, actor, fields);
  if (!waiting.ok) return waiting.error.code === "conflict" ? ok(ALREADY()) : fail("unauthenticated");
  const { email: address, profile } = waiting.value;
  return answer({ ...actor, createdAt: new Date(), updatedAt: new Date() }, { ...profile, email: address });
}

const ALREADY = () => medusaError("invalid_data", "Request already authenticated as a customer.");
/** A customer's address is the one signed in with. Any other is answered alike, so that none can be probed for. */
const TAKEN = () => medusaError("duplicate_error", "Customer with this email already has an account");

/** `GET /store/customers/me`. */
export async function readCustomer(call: ApiCall): Promise<Result<Response>> {
  const found = await findCustomer(call);
  return found ? answer(found.actor, found.user) : refuseCaller(call);
}

/** `POST /store/customers/me`: changes what is given. */
export async function updateCustomer(call: ApiCall): Promise<Result<Response>> {
  const found = await findCustomer(call);
  if (!found) return refuseCaller(call);
  const input = parseStrict(Update, call.body);
  if (input instanceof Response) return ok(input);
  const taken = takeFields(input);
  if (!taken.ok) return taken;
  const { fields, data } = taken.value;
  const changed = await changeActor(found.actor, { ...Object(found.actor.data), ...data }, fields);
  return changed.ok ? answer(changed.value.actor, changed.value.user) : changed;
}

async function findCustomer(call: ApiCall) {
  const caller = await findCaller(call);
  const actor = caller?.actorType === CUSTOMER ? await findActor(caller.user.id, CUSTOMER) : null;
  return caller && actor ? { actor, user: caller.user } : null;
}

/** A person's own fields come and go in `metadata`: customers have no other place for what Medusa does not know. */
function takeFields({ metadata, ...others }: z.infer<typeof Update>) {
  const taken = takeApiFields(metadata ?? {}, "change");
  if (!taken.ok) return taken;
  const { fields, rest } = taken.value;
  return ok({ fields, data: dataOf({ ...others, metadata: metadata && rest }) });
}

function dataOf(fields: z.infer<typeof Update>): Prisma.JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Prisma.JsonObject;
}

function answer(
  { id, data, createdAt, updatedAt }: { id: string; data: unknown; createdAt: Date; updatedAt: Date },
  user: Partial<ProfileValues> & { email: string },
): Result<Response> {
  const { metadata: own, ...others } = Customer.parse(data);
  const known = { ...own, ...apiFieldsOf(user) };
  const metadata = own || Object.keys(known).length > 0 ? known : null;
  const customer = { id, email: user.email, ...others, metadata, has_account: true, deleted_at: null };
  return ok(json(200, { customer: { ...customer, created_at: createdAt, updated_at: updatedAt, addresses: [] } }));
}
