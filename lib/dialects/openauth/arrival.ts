import { z } from "zod";
import { AUTH_ERRORS, type AuthFailure, fail, ok } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import type { BegunSession, CompleteSession } from "@/lib/auth/steps/begin-session";
import { revokeSession } from "@/lib/auth/store/sessions";
import { log } from "@/lib/log";
import { keepForLinking, linkWaiting } from "@/lib/oauth/link-account";
import { failureName } from "@/lib/oauth/protocol";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { PROVIDER_TTL_MINUTES } from "@/lib/validity";
import { REMEMBERED_COOKIE } from "@/lib/wire/cookies";
import type { ApiCall } from "@/lib/wire/endpoint";
import { readCookie } from "@/lib/wire/request-cookies";
import { sealedCookie } from "@/lib/wire/sealed-cookie";
import { type Authorization, addressOf, authorizationCookie, grant, refuseApp, sessionFor } from "./authorization";
import { html } from "./html";
import type { Issuer } from "./issuer";
import { actorTypeOf } from "./names";
import { OURS, proceed } from "./password-owing";
import { page } from "./password-page";
import { type Person, profileOf } from "./person";
import { Subject } from "./subject";
import { titleOfScreens } from "./theme";

/** A person who has proved who they are, on the way to an app. */
export type Arrival = {
  authorization: Authorization;
  request: Request;
  client: Client;
  /** The argument for `success`. */
  value: { provider: string } & Record<string, unknown>;
  /** The session that our own screens began, or the package's provider that signed the person in. */
  from: CompleteSession | { name: string; type: string };
};

/** The client of a request, with the cookie of a browser that was remembered at the second step. */
export function browserOf({ request, client }: Pick<ApiCall, "request" | "client">): Client {
  return { ...client, remembered: readCookie(request, REMEMBERED_COOKIE()) };
}

/** Names a provider's account that waits to be linked, until its owner signs in in another way in this browser. */
const waitingCookie = sealedCookie("auth.openauth.link", z.string(), PROVIDER_TTL_MINUTES * 60);

/**
 * Asks `success` for the subject of the app's tokens, signs the person in, and sends them back to the app, or first to the screen
 * of the factor that they owe.
 */
export async function arrive({ success, subjects }: Issuer, arrival: Arrival): Promise<Response> {
  if (!success) return enter(arrival, null, undefined);
  const outcome: { entered?: true; fault?: unknown } = {};
  const context = {
    async subject(type: string, properties: object, options: { subject?: string; person?: Person } = {}) {
      const subject = await checkSubject(subjects, { type, properties, subject: options.subject });
      outcome.entered = true;
      return enter(arrival, subject, options.person).catch((error) => {
        outcome.fault = error;
        throw error;
      });
    },
  };
  try {
    return await success(context as never, arrival.value as never, arrival.request);
  } catch (error) {
    // We answer our own failures; a failure in `success` goes to the app.
    if (outcome.fault !== undefined) throw outcome.fault;
    log.error({ event: "openauth.success_failed", provider: arrival.value.provider, err: error }, "success() failed");
    return refuseApp(arrival.authorization, "server_error", "The sign-in could not be finished.");
  } finally {
    if (!outcome.entered && "sessionId" in arrival.from)
      await revokeSession(arrival.from.user.id, arrival.from.sessionId);
  }
}

/** Signs the person in by the rules of all surfaces, and sends them on. */
async function enter(arrival: Arrival, subject: Subject | null, person: Person | undefined): Promise<Response> {
  const { authorization, request, client, from } = arrival;
  const actorType = actorTypeOf(authorization.clientId);
  const begun = "sessionId" in from ? ok(from) : await signIn(arrival, from, subject, person);
  if (!begun.ok) return problemPage(authorization, begun.error, begun.waiting);
  const context = {
    client,
    session: { actorType },
    subject,
    success: (session: CompleteSession) => grant(authorization, session, subject),
  };
  const response = await proceed(OURS, request, begun.value, context);
  if (begun.value.owedFactor) return authorizationCookie.write(response, authorization);
  const waiting = waitingCookie.read(request);
  const { user, sessionId } = begun.value;
  const isSettled = waiting && (await linkWaiting(waiting, { userId: user.id, sessionId }, client));
  return isSettled ? waitingCookie.write(response, null) : response;
}

type SignedIn = { ok: true; value: BegunSession } | { ok: false; error: AuthFailure; waiting?: string };

async function signIn(
  { authorization, client, value }: Arrival,
  provider: { name: string; type: string },
  subject: Subject | null,
  person: Person | undefined,
): Promise<SignedIn> {
  const profile = await profileOf(provider, value, person).catch((problem: unknown) => {
    log.warn(
      { event: "provider.failed", provider: provider.name, reason: failureName(problem) },
      "no person was named",
    );
    return null;
  });
  if (!profile) return fail("provider_failed");
  const signedIn = await signInWithProfile(profile, client, sessionFor(authorization, subject));
  if (signedIn.ok && signedIn.value.session) return ok(signedIn.value.session);
  if (signedIn.ok) throw new Error("A sign-in without a principal began no session");
  const waiting = signedIn.error.code === "account_exists" ? await keepForLinking(profile) : null;
  return { ...signedIn, ...(waiting && { waiting }) };
}

/** The page that tells the person what went wrong, with a link back to the choice of providers. */
function problemPage(authorization: Authorization, { code, message }: AuthFailure, waiting?: string): Response {
  const again = html`<p><a data-component="link" href="${addressOf(authorization)}">Choose another way</a></p>`;
  const drawn = page({ brand: titleOfScreens(), title: "You are not signed in", lead: message, content: again });
  const response = drawn(AUTH_ERRORS[code].status);
  return waiting ? waitingCookie.write(response, waiting) : response;
}

/** The subject that `success` chose. @throws if it does not fit its schema in `subjects`. */
async function checkSubject(
  subjects: Issuer["subjects"],
  chosen: { type: string; properties: object; subject?: string },
) {
  if (!subjects) return Subject.parse(chosen);
  const schema = Object.hasOwn(subjects, chosen.type) ? subjects[chosen.type] : undefined;
  if (!schema) throw new TypeError(`There is no "${chosen.type}" in subjects`);
  const checked = await schema["~standard"].validate(chosen.properties);
  if (checked.issues) throw new TypeError(checked.issues.map(({ message }) => message).join(", "));
  return Subject.parse({ ...chosen, properties: checked.value });
}
