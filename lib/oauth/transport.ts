import { z } from "zod";
import { env } from "@/lib/env";
import type { Metadata, OAuthProvider } from "./provider";

/** Far more than any provider answers. */
const MAX_ANSWER_BYTES = 1024 * 1024;
export const DISCOVERY = "/.well-known/openid-configuration";
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

const Published = z.looseObject({
  issuer: z.string(),
  jwks_uri: z.string().optional(),
  userinfo_endpoint: z.string().optional(),
});

/** What is wrong with a provider, as a code that may be logged. */
export class ProviderFault extends Error {
  override name = "ProviderFault";
  constructor(readonly code: string) {
    super(code);
  }
}

/** How one sign-in talks to its provider, and what the provider has published about itself meanwhile. */
export type Transport = { fetch: typeof fetch; metadata(): Metadata | null };

/**
 * A fetch for everything that is asked of a provider: over https, until `deadline`, a bounded answer, and no redirect
 * followed, because an answer from elsewhere is not the provider's.
 */
export function createTransport(deadline: AbortSignal, mend: OAuthProvider["mendMetadata"]): Transport {
  let metadata: Metadata | null = null;
  return {
    metadata: () => metadata,
    async fetch(input, init) {
      const url = new URL(input instanceof Request ? input.url : input);
      if (!isSafeAddress(url)) throw new ProviderFault("address_not_https");
      const signal = AbortSignal.any(init?.signal ? [deadline, init.signal] : [deadline]);
      const answer = await fetch(url, { ...init, redirect: "manual", cache: "no-store", signal });
      const body = await readBounded(answer);
      if (!answer.ok || !url.pathname.endsWith(DISCOVERY)) return new Response(body, answer);
      const published = Published.parse(JSON.parse(body?.toString() ?? ""));
      metadata = mend?.(published, url) ?? published;
      // Auth.js requires this endpoint, although it is not called where the id_token has the profile.
      return Response.json({ userinfo_endpoint: "https://none.invalid", ...metadata });
    },
  };
}

/** Plain http is allowed only for a provider on this machine, and only while the site is on it too. */
export function isSafeAddress(url: URL): boolean {
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && LOOPBACK.includes(url.hostname) && env().APP_URL.startsWith("http:");
}

async function readBounded({ body }: Response): Promise<Buffer<ArrayBuffer> | null> {
  if (!body) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new ProviderFault("answer_too_long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
