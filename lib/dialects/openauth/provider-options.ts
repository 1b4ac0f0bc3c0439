import type { ProviderOptions } from "@openauthjs/openauth/provider/provider";
import type { Context } from "hono";
import type { Client } from "@/lib/auth/model/principal";
import { consumeVerification } from "@/lib/auth/store/verifications";
import { arrive } from "./arrival";
import type { Authorization } from "./authorization";
import { unknownState } from "./errors";
import type { Issuer, PackageProvider } from "./issuer";
import { keepVisit, type Visit } from "./visits";

/** One request to a provider: what its handler is told of by our side, and what came of it. */
export type Turn = {
  authorization: Authorization;
  visit: Visit | null;
  client: Client;
  request: Request;
  cookie: string | null;
  /** What its handler threw, and what our side did. */
  problem?: unknown;
  fault?: unknown;
};
/** What a provider object is given: notes in the browser, and what to call once it knows who the person is. */
export function optionsOf(issuer: Issuer, name: string, { type }: PackageProvider): ProviderOptions<object> {
  const nothing = { get: notHere, set: notHere, remove: notHere, scan: notHere };
  return {
    name,
    success: (context, properties) =>
      ours(context, async ({ authorization, visit, client, request, problem }) => {
        if (problem !== undefined) throw problem;
        const spent = visit && !(await consumeVerification(visit.id));
        if (spent) return unknownState();
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

/** Keeps a provider's note, or takes it back; the last one takes the visit along. */
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

/** What fails on our side is ours to answer, and not told to the app as the provider's failure. */
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
