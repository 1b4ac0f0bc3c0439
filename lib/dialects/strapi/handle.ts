import { z } from "zod";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { sourceOf } from "@/lib/auth/model/network";
import type { Client } from "@/lib/auth/model/principal";
import type { BegunSession, SessionOptions } from "@/lib/auth/steps/begin-session";
import { consumeVerification, findVerificationByToken, issueVerification } from "@/lib/auth/store/verifications";
import { transact } from "@/lib/db/transact";
import { type OAuthProvider, type Profile, StoredProfile } from "@/lib/oauth/provider";
import { findProvider } from "@/lib/oauth/registry";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import type { JsonObject } from "@/lib/oauth/visit";
import { HANDLE_TTL_MINUTES } from "@/lib/validity";
import type { ApiCall } from "@/lib/wire/endpoint";
import { mayEnd } from "@/lib/wire/same-network";
import { sealedCookie } from "@/lib/wire/sealed-cookie";
import type { StrapiSettings } from "./settings";

/** The cookie with the handle of a finished visit, for clients that send cookies and no `access_token`. */
export const handleCookie = sealedCookie("auth.handle", z.string(), HANDLE_TTL_MINUTES * 60);

/** Strapi's names of providers that have another id here. */
const ALIASES: Record<string, string> = { microsoft: "microsoft-entra-id" };

/** The provider with this id of ours or this name of Strapi's, or null. */
export function findNamed(name: string): OAuthProvider | null {
  return findProvider(name) ?? findProvider((Object.hasOwn(ALIASES, name) && ALIASES[name]) || name);
}

/** `source`: the source of the browser that finished the visit. */
const Payload = StoredProfile.extend({ source: z.string() });

/** A provider's profile of a person, until its handle is spent. */
export type Kept = { id: string; profile: Profile };

/** Stores a provider's profile, and returns its handle. */
export async function keepProfile({ raw, ...profile }: Profile, client: Client): Promise<string> {
  const payload = { ...profile, source: sourceOf(client) } satisfies JsonObject;
  return (await issueVerification({ purpose: "handle", payload })).token;
}

/**
 * The profile of a handle, if the request comes from the browser that finished the visit: its cookie has the handle too, or, for
 * a page on another site that sends no cookies, it calls from the same network.
 */
export async function findKept(
  handle: string,
  providerId: string,
  { request, client }: Pick<ApiCall, "request" | "client">,
  { handleFrom }: Pick<StrapiSettings, "handleFrom">,
): Promise<Kept | null> {
  const verification = await findVerificationByToken(handle);
  if (verification?.purpose !== "handle") return null;
  const kept = Payload.safeParse(verification.payload).data;
  if (!kept) return null;
  const { source, ...profile } = kept;
  const isBound = handleFrom === "anywhere" || handleCookie.read(request) === handle;
  if (profile.provider !== providerId || !(isBound || mayEnd(source, request, client))) return null;
  return { id: verification.id, profile: { ...profile, raw: {} } };
}

/**
 * Signs in by a handle, which works once. A refusal does not spend it.
 * @returns `provider_state` for a spent handle, and the refusals of `signInWithProfile`.
 */
export async function signInByKept(
  { id, profile }: Kept,
  client: Client,
  options: SessionOptions = {},
): Promise<Result<BegunSession>> {
  return transact(async () => {
    if (!(await consumeVerification(id))) return fail("provider_state");
    const signedIn = await signInWithProfile(profile, client, options);
    if (!signedIn.ok) return signedIn;
    return signedIn.value.session ? ok(signedIn.value.session) : fail("unauthenticated");
  });
}

/**
 * Signs in a browser that comes back to our own page. Its cookie must have the handle that its address has: the same network
 * is not enough, because browsers send cookies to our own page.
 * @returns `provider_unknown`, `provider_denied`, `provider_failed`, `provider_state` for a handle that is not this
 * browser's, and the refusals of `signInWithProfile`.
 */
export async function signInVisitor(name: string, request: Request, client: Client): Promise<Result<BegunSession>> {
  const provider = findNamed(name);
  if (!provider) return fail("provider_unknown");
  const query = new URL(request.url).searchParams;
  const error = query.get("error");
  if (error) return fail(error === "access_denied" ? "provider_denied" : "provider_failed");
  const handle = handleCookie.read(request);
  if (!handle || query.get("access_token") !== handle) return fail("provider_state");
  const kept = await findKept(handle, provider.id, { request, client }, { handleFrom: "same-network" });
  return kept ? signInByKept(kept, client) : fail("provider_state");
}
