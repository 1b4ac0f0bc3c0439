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

/** The handle of a finished visit, for clients that send cookies along instead. */
export const handleCookie = sealedCookie("auth.handle", z.string(), HANDLE_TTL_MINUTES * 60);

/** What Strapi calls a provider that has another id here. */
const ALIASES: Record<string, string> = { microsoft: "microsoft-entra-id" };

/** The provider that is called so here or in Strapi, or null. */
export function findNamed(name: string): OAuthProvider | null {
  return findProvider(name) ?? findProvider((Object.hasOwn(ALIASES, name) && ALIASES[name]) || name);
}

/** `source`: where the browser was that brought it. */
const Payload = StoredProfile.extend({ source: z.string() });

/** What a provider said of a person, until the handle that stands for it is spent. */
export type Kept = { id: string; profile: Profile };

/** Keeps what a provider said of a person, and returns the handle that stands for it. */
export async function keepProfile({ raw, ...profile }: Profile, client: Client): Promise<string> {
  const payload = { ...profile, source: sourceOf(client) } satisfies JsonObject;
  return (await issueVerification({ purpose: "handle", payload })).token;
}

/**
 * What a handle stands for, for the browser that brought it: it names the handle in its cookie too, or, where the
 * page is on another site and its cookies do not come along, calls from the same network.
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
 * Signs in by what a handle stands for, which works once. A refusal leaves it for as long as it lives.
 * @returns `provider_state` for one that is spent, and what `signInWithProfile` refuses.
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
 * Signs in the browser that comes back to a page of ours: the one whose cookie names the handle in its address, and no
 * other, because this page's cookies always come along.
 * @returns `provider_unknown`, `provider_denied`, `provider_failed`, `provider_state` for a handle that is not this
 * browser's, and what `signInWithProfile` refuses.
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
