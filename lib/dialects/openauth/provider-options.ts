import type { ProviderOptions } from "@openauthjs/openauth/provider/provider";
import type { Context } from "hono";
import type { Client } from "@/lib/auth/model/principal";
import { consumeVerification } from "@/lib/auth/store/verifications";
import { arrive } from "./arrival";
import type { Authorization } from "./authorization";
import { unknownState } from "./errors";
import type { Issuer, PackageProvider } from "./issuer";
import { keepVisit, type Visit } from "./visits";

/** One request to a provider: its context, which the handler gets back as `env`, and its outcome. */
export type Turn = {
  authorization: Authorization;
  visit: Visit | null;
  client: Client;
  request: Request;
  cookie: string | null;
  /** The error of the handler, and in `fault` an error of our own code. */
  problem?: unknown;
  fault?: unknown;
};
/** The options of a provider object: its notes, and `success` for when it knows the person. */
export function optionsOf(issuer: Issuer, name: string, { type }: PackageProvider): ProviderOptions<object> {
  const nothing = { get: notHere, set: notHere, remove: notHere, scan: notHere };
  return {
    name,
    success: (context, properties) =>
      ours(context, async ({ authorization, visit, client, request, problem }) => {
        if (problem !== undefined) throw problem;
        const spent = visit && !(await consumeVerification(visit.id));
        if (spent) return unknownState().answer;
        const value = { ...properties, provider: name };
        return arrive(issuer, { authorization, client, request, value, from: { name, type } });
      }),
    forward: (_, response) => response,
    set: (context, key, seconds, value) => ours(context, (turn) => note(name, turn, key, seconds, value)),
    async get(context, key) {
      const { visit } = context.env as Turn;
      return visit?.notes[key] as never;
    },
    unset: (context, key) => ours(context, (turn) => note(name, turn, key, 0, undefined)),
    invalidate: notHere,
    storage: nothing as never,
  };
}

/** Stores a provider's note, or deletes it; a visit without notes ends. */
async function note(name: string, turn: Turn, key: string, seconds: number, value: unknown): Promise<void> {
  const { authorization, visit } = turn;
  const { [key]: _, ...others } = visit?.notes ?? {};
  const notes = value === undefined ? others : { ...others, [key]: value };
  if (Object.keys(notes).length > 0) {
    const kept = await keepVisit(name, { authorization, notes, former: visit?.id ?? null, seconds });
    Object.assign(turn, { visit: { ...kept, authorization, notes }, cookie: kept.cookie });
  } else if (visit) {
    await consumeVerification(visit.id);
    turn.visit = null;
  }
}

/** Notes a failure of our own code in the turn, so that the app does not hear of it as the provider's. */
async function ours<T>({ env }: Context, work: (turn: Turn) => Promise<T>): Promise<T> {
  try {
    return await work(env as Turn);
  } catch (error) {
    (env as Turn).fault ??= error;
    throw error;
  }
}

function notHere(): never {
  throw new Error("A provider keeps nothing beside its notes here: `storage` and `invalidate` are not given");
}
