import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { isFrom } from "@/lib/auth/model/network";
import { env } from "@/lib/env";
import { ProviderAnswer } from "@/lib/oauth/provider-answer";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { findVisit, finish } from "@/lib/oauth/visit";
import type { ApiCall } from "@/lib/wire/endpoint";
import { refused } from "@/lib/wire/refused";
import { inWords } from "../errors";
import { redirectTarget } from "../links";
import { issueAuthCode, linkInSession, sessionFor } from "../pkce";
import { backWithCode, backWithError, backWithSession, seeOther } from "../redirect";
import { Purpose, visits } from "./visit";

/**
 * `GET /callback`: finishes a visit, and sends the browser to the client's page. Only the browser that began a sign-in can finish
 * it. Linking needs the verifier that only the client knows, or, without PKCE, a browser in the client's network. Otherwise a
 * stranger could begin a visit, have a victim finish it, and get the victim's account linked to the stranger's user.
 */
export async function callback(call: ApiCall): Promise<Result<Response>> {
  const { request, url } = call;
  const answer = textsOf(ProviderAnswer.parse(Object.fromEntries(url.searchParams)));
  const visit = await findVisit(answer.state);
  const mine = visits.read(request) ?? [];
  const read = Purpose.safeParse(visit?.payload);
  const isHere = visit && read.success && (visit.bound ? mine.includes(visit.id) : mayLink(read.data, call));
  const purpose = isHere ? read.data : null;
  const ended = purpose && visit ? await end(visit.provider, answer, mine, purpose, call) : fail("provider_state");
  const target = purpose?.target ?? redirectTarget(null) ?? env().APP_URL;
  const others = mine.filter((id) => id !== visit?.id);
  if (ended.ok) return ok(visits.write(ended.value, others));
  const response = backWithError(target, inWords(ended.error), Boolean(purpose?.challenge));
  return refused(visits.write(response, others), ended);
}

/** Only browsers come here: the provider sends them to our own address. */
function mayLink({ challenge, linking }: Purpose, { client }: ApiCall): boolean {
  return challenge !== null || isFrom(linking?.source ?? "", client);
}

async function end(
  provider: string,
  answer: Record<string, string>,
  mine: string[],
  { target, challenge, linking }: Purpose,
  { client }: ApiCall,
): Promise<Result<Response>> {
  const finished = await finish(provider, answer, linking ? {} : { visitId: mine });
  if (!finished.ok) return finished;
  const { profile, accessToken } = finished.value;
  const { raw, ...link } = profile;
  if (linking && challenge)
    return ok(
      backWithCode(target, await issueAuthCode({ sessionId: linking.sessionId, challenge, link, providerToken: null })),
    );
  if (linking) {
    // The client keeps the tokens of its session.
    const linked = await linkInSession(linking.sessionId, profile, client);
    return linked.ok ? ok(seeOther(target)) : linked;
  }
  const signedIn = await signInWithProfile(profile, client, sessionFor(challenge, accessToken));
  if (!signedIn.ok) return signedIn;
  const { session } = signedIn.value;
  return session
    ? backWithSession(target, session, { challenge, providerToken: accessToken })
    : fail("unauthenticated");
}

function textsOf(answer: ProviderAnswer): Record<string, string> {
  return Object.fromEntries(Object.entries(answer).filter((field): field is [string, string] => Boolean(field[1])));
}
