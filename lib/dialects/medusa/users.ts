import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { ApiCall } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import type { PathParams } from "@/lib/wire/router";
import { providersFor } from "./actor-types";
import { medusaError } from "./errors";
import { refuseCaller } from "./owing";
import { findCaller } from "./session";

/** `GET /auth/[actor]/providers`. */
export async function listProviders({ params }: ApiCall<PathParams>): Promise<Result<Response>> {
  return ok(json(200, { providers: providersFor(params.actor ?? "") }));
}

/**
 * `POST /auth/[provider]/user`. It makes no admin: another admin or the operator gives the role, and a person who has it is
 * registered already.
 */
export async function createUser(call: ApiCall): Promise<Result<Response>> {
  const caller = await findCaller(call, "bearer");
  if (caller?.actorType !== "user") return refuseCaller(call);
  if (!caller.principal.roles.includes("admin")) return fail("forbidden");
  return medusaError("invalid_data", "The user is already registered and cannot create a new account.");
}
