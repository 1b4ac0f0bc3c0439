import { fail, type Result } from "@/lib/auth/model/errors";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { findVisit, finish } from "@/lib/oauth/visit";
import type { ApiCall } from "@/lib/wire/endpoint";
import { mayEnd } from "@/lib/wire/same-network";
import { type ActorParams, refuseProvider } from "./actor-types";
import { medusaError } from "./errors";
import { answerSignIn } from "./session";
import { SETTINGS } from "./settings";

const MAX_ECHO = 200;

/** `GET` and `POST /auth/[actor]/[provider]/callback`, with the provider's answer in the query or in the body. */
export async function callback(call: ApiCall<ActorParams>): Promise<Result<Response>> {
  const { actor, provider } = call.params;
  const refusal = refuseProvider(call.params);
  if (refusal) return refusal;
  const answer = { ...textsOf(call.body), ...Object.fromEntries(call.url.searchParams) };
  // A state belongs to the actor it was made for, else a client could finish a customer's visit as another actor.
  const visit = await findVisit(answer.state);
  if (answer.error) return denied(provider, answer);
  if (!answer.code) return medusaError("unauthorized", "No code provided");
  if (!visit || visit.payload.actorType !== actor || !isBegunHere(visit.payload.source, call))
    return fail("provider_state");

  const finished = await finish(provider, answer);
  if (!finished.ok) return finished;
  const signedIn = await signInWithProfile(finished.value.profile, call.client, { kind: "api", actorType: actor });
  if (!signedIn.ok) return signedIn;
  const { session } = signedIn.value;
  return session ? answerSignIn(session, actor, provider) : fail("unauthenticated");
}

/** Whether the request comes from where the visit began. The network decides, because clients in JWT mode keep no cookie. */
function isBegunHere(source: unknown, { request, client }: ApiCall<ActorParams>): boolean {
  return SETTINGS.visitsEnd === "anywhere" || mayEnd(String(source), request, client);
}

/** Spends the visit that the provider refused, and answers the provider's own words. */
async function denied(provider: string, answer: Record<string, string>): Promise<Result<Response>> {
  await finish(provider, answer);
  const text = (value: string | undefined) => (value ?? "").replace(/\p{C}/gu, "").slice(0, MAX_ECHO);
  const reason = text(answer.error_description) || text(answer.error);
  const uri = text(answer.error_uri);
  const words = medusaError("unauthorized", uri ? `${reason}, read more at: ${uri}` : reason);
  return { ...words, ...fail("provider_denied") };
}

function textsOf(body: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
