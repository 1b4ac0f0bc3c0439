import { z } from "zod";
import { becomeActor, becomeActorOnceProved, changeActor } from "@/lib/auth/become-actor";
import { fail, ok, type Refusal, type Result } from "@/lib/auth/model/errors";
import { apiFieldsOf, type ProfileValues, takeApiFields } from "@/lib/auth/model/profile";
import * as schemas from "@/lib/auth/model/schemas";
import { findActor, newActorId } from "@/lib/auth/store/actors";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { Routes } from "@/lib/wire/router";
import type { Actor, Prisma } from "@/prisma/client/client";
import { ACTORS, type ActorRoutes } from "./actors";
import { parseStrict } from "./body";
import { medusaError } from "./errors";
import { refuseCaller } from "./owing";
import { findCaller, findPending } from "./session";

/** The routes of all actors. */
export function actorRoutes(): Routes {
  return Object.assign({}, ...Object.entries(ACTORS).map(([type, { routes }]) => routes && routesOf(type, routes)));
}

/** The schemas of the bodies that make an actor and change one. */
export function bodiesOf({ fields }: ActorRoutes) {
  const update = z.strictObject({ ...fields, metadata: schemas.metadata.nullish() });
  return { create: update.extend({ email: schemas.email.nullish() }), update };
}

function routesOf(type: string, own: ActorRoutes): Routes {
  const { create, update } = bodiesOf(own);

  /** Makes the caller an actor of this type, which their next token says. */
  async function createOne(call: ApiCall): Promise<Result<Response>> {
    const caller = await findCaller(call);
    const pending = caller ? null : await findPending(call);
    const actorType = caller?.actorType ?? pending?.claims.actor_type;
    if (actorType !== type) return refuseCaller(call);
    const input = parseStrict(create, call.body);
    if (!input.ok) return input;
    const { email, ...others } = input.value;
    const taken = takeFields(others);
    if (!taken.ok) return taken;
    const { fields, data } = taken.value;
    const actor = { id: newActorId(own.idPrefix), type, data };
    const isOther = (address: string) => email && email !== address;

    if (caller) {
      if (await findActor(caller.user.id, type)) return alreadyOne(type);
      if (isOther(caller.user.email)) return takenAddress(type);
      const created = await becomeActor(caller.user.id, actor, fields);
      return created.ok ? answer(created.value.actor, created.value.user) : alreadyOne(type);
    }
    if (!pending) return fail("unauthenticated");
    const waiting = await becomeActorOnceProved(pending.id, actor, fields);
    if (!waiting.ok) return waiting.error.code === "conflict" ? alreadyOne(type) : fail("unauthenticated");
    const { email: address, profile } = waiting.value;
    return answer({ ...actor, createdAt: new Date(), updatedAt: new Date() }, { ...profile, email: address });
  }

  async function readOwn(call: ApiCall): Promise<Result<Response>> {
    const found = await findOwn(call);
    return found ? answer(found.actor, found.user) : refuseCaller(call);
  }

  async function updateOwn(call: ApiCall): Promise<Result<Response>> {
    const found = await findOwn(call);
    if (!found) return refuseCaller(call);
    const input = parseStrict(update, call.body);
    if (!input.ok) return input;
    const taken = takeFields(input.value);
    if (!taken.ok) return taken;
    const { fields, data } = taken.value;
    const changed = await changeActor(found.actor, { ...Object(found.actor.data), ...data }, fields);
    return changed.ok ? answer(changed.value.actor, changed.value.user) : changed;
  }

  async function findOwn(call: ApiCall) {
    const caller = await findCaller(call);
    const actor = caller?.actorType === type ? await findActor(caller.user.id, type) : null;
    return caller && actor ? { actor, user: caller.user } : null;
  }

  function answer(
    { id, data, createdAt, updatedAt }: Pick<Actor, "id" | "data" | "createdAt" | "updatedAt">,
    user: Partial<ProfileValues> & { email: string },
  ): Result<Response> {
    const kept = Data.parse(data);
    const known = { ...kept.metadata, ...apiFieldsOf(user) };
    const fields = Object.fromEntries(Object.keys(own.fields).map((name) => [name, kept[name] ?? null]));
    const metadata = kept.metadata || Object.keys(known).length > 0 ? known : null;
    const times = { created_at: createdAt, updated_at: updatedAt, deleted_at: null };
    return ok(json(200, { [type]: { id, email: user.email, ...fields, metadata, ...own.constants, ...times } }));
  }

  return { [`POST ${own.path}`]: createOne, [`GET ${own.path}/me`]: readOwn, [`POST ${own.path}/me`]: updateOwn };
}

/** The JSON column of an actor. */
const Data = z.looseObject({ metadata: z.record(z.string(), z.json()).nullish() });

function alreadyOne(type: string): Refusal {
  return medusaError("invalid_data", `Request already authenticated as a ${type}.`);
}

/** The answer to an actor's address that is not the caller's own: always this one, so that it cannot be used to find accounts. */
function takenAddress(type: string): Refusal {
  const name = type.charAt(0).toUpperCase() + type.slice(1);
  return medusaError("duplicate_error", `${name} with this email already has an account`);
}

type Given = { metadata?: z.infer<typeof schemas.metadata> | null; [field: string]: unknown };

/** Takes the person's own fields out of `metadata`, which holds every field that Medusa does not know. */
function takeFields({ metadata, ...others }: Given) {
  const taken = takeApiFields(metadata ?? {}, "change");
  if (!taken.ok) return taken;
  const { fields, rest } = taken.value;
  const given = Object.entries({ ...others, metadata: metadata && rest }).filter(([, value]) => value !== undefined);
  return ok({ fields, data: Object.fromEntries(given) as Prisma.JsonObject });
}
