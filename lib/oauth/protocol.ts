import { Auth, customFetch, raw as rawAnswer, skipCSRFCheck } from "@auth/core";
import type { TokenSet } from "@auth/core/types";
import { env } from "@/lib/env";
import { verifyIdToken } from "./id-token";
import { toProfile } from "./profile";
import type { OAuthProvider, Profile, ProviderConfig, RawProfile } from "./provider";
import { createTransport, type Transport } from "./transport";

const BASE_PATH = "/api/auth";

/** One step of a sign-in: to the provider, or back from it. */
type ProtocolStep = {
  action: "signin" | "callback";
  query: Record<string, string>;
  /** Asked for beside the provider's usual ones. */
  scopes?: string[];
  /** Auth.js's sealed state, verifier and nonce, by cookie name. */
  cookies?: Record<string, string>;
  redirectUri: string;
  timeoutMs: number;
};

/** The result of a step: where to send the person and what to keep, or who they are. */
export type StepOutcome = {
  location: string | null;
  cookies: Record<string, string>;
  found: { profile: Profile; accessToken: string | null } | null;
};

/**
 * Drives Auth.js's protocol code without its routes: no browser's cookie is read or written and no adapter is called,
 * so pages, API clients and custom providers share one flow.
 * @throws errors of Auth.js, of the provider and of time-outs. They may hold secrets: see `failureName`.
 */
export async function driveAuthJs(provider: OAuthProvider, step: ProtocolStep): Promise<StepOutcome> {
  const deadline = AbortSignal.timeout(step.timeoutMs);
  const transport = createTransport(deadline, provider.mendMetadata);
  const result: { found: StepOutcome["found"]; problem?: unknown } = { found: null };
  const config = provider.config(transport.fetch);
  const onFound = (found: StepOutcome["found"]) => {
    result.found = found;
  };
  const answer = await Promise.race([
    Auth(requestFor(provider, step, config), {
      providers: [{ ...config, ...overrides(provider, config, step, transport, onFound) } as ProviderConfig],
      secret: env().AUTH_SECRET,
      basePath: BASE_PATH,
      trustHost: true,
      useSecureCookies: false,
      raw: rawAnswer,
      skipCSRFCheck,
      // Auth.js's part ends here: `signInWithProfile` decides who signs in to which account.
      callbacks: { signIn: () => "/" },
      logger: {
        error: (error) => {
          result.problem ??= error;
        },
        warn() {},
        debug() {},
      },
    }),
    failAt(deadline),
  ]);
  // Auth.js logs an error that is not its own, and redirects to its error page.
  if (result.problem) throw result.problem;
  const { redirect, cookies = [] } = answer;
  const kept = cookies.filter(({ value }) => value).map(({ name, value }) => [name, value]);
  return { location: redirect ?? null, cookies: Object.fromEntries(kept), found: result.found };
}

/** Query and body hold the same, because Auth.js reads the one or the other, as the provider answers. */
function requestFor(
  provider: OAuthProvider,
  { action, query, scopes = [], cookies = {} }: ProtocolStep,
  config: ProviderConfig,
): Request {
  const parameters = new URLSearchParams(query);
  if (scopes.length > 0) parameters.set("scope", [...new Set([...usualScopes(config), ...scopes])].join(" "));
  // Where no issuer is known there is nothing to compare it with.
  if (!config.issuer && !config.options?.issuer) parameters.delete("iss");
  const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return new Request(`${env().APP_URL}${BASE_PATH}/${action}/${provider.id}?${parameters}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", cookie: cookie.join("; ") },
    body: parameters.toString(),
  });
}

const OPENID_SCOPES = "openid profile email";

/** The parameters of the provider's description, or Auth.js's own where it has none. */
function usualScopes({ authorization }: ProviderConfig): string[] {
  const { url, params } =
    typeof authorization === "string" ? { url: authorization, params: null } : (authorization ?? {});
  const inAddress = url && URL.canParse(url) ? new URL(url).searchParams.get("scope") : null;
  return String(params?.scope ?? inAddress ?? OPENID_SCOPES).split(/[\s+]+/);
}

/** Our settings, which replace those of the provider's description. */
function overrides(
  provider: OAuthProvider,
  config: ProviderConfig,
  { redirectUri }: ProtocolStep,
  transport: Transport,
  onFound: (found: StepOutcome["found"]) => void,
) {
  return {
    id: provider.id,
    checks: checksOf(config),
    async profile(raw: RawProfile, tokens: TokenSet) {
      if (config.type === "oidc")
        await verifyIdToken(tokens.id_token ?? "", { ...config.options, ...config }, transport);
      const mapped = config.profile ? await config.profile(raw, tokens) : fromClaims(raw);
      const profile = toProfile(provider, mapped, raw);
      onFound({ profile, accessToken: tokens.access_token ?? null });
      return { id: profile.providerAccountId };
    },
    // Auth.js would name its own callback route; the provider compares this with what the first step said.
    [customFetch]: (url: string, init?: RequestInit) => {
      if (init?.body instanceof URLSearchParams && init.body.has("redirect_uri"))
        init.body.set("redirect_uri", redirectUri);
      return transport.fetch(url, init);
    },
  };
}

/** Auth.js's default is PKCE alone. A description that lists checks leaves out those that the provider lacks, as Apple lacks PKCE. */
function checksOf({ type, checks }: ProviderConfig): string[] {
  if (!checks) return ["pkce", "state", ...(type === "oidc" ? ["nonce"] : [])];
  return [...new Set([...checks.filter((check) => check !== "none"), "state"])];
}

/** OpenID's standard claims. */
export function fromClaims({ sub, id = sub, name, nickname, email, picture }: RawProfile) {
  return { id, name: name ?? nickname, email, image: picture };
}

function failAt(deadline: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    deadline.addEventListener("abort", () => reject(deadline.reason), { once: true });
  });
}

/** What went wrong, for the log: names and codes down the causes, because messages can quote what was answered. */
export function failureName(problem: unknown): string {
  const names: string[] = [];
  for (let error = problem; error instanceof Error && names.length < 5; error = causeOf(error)) {
    const { code, error: said } = error as { code?: unknown; error?: unknown };
    names.push([error.name, code, said].filter((part) => /^[\w-]{1,64}$/.test(String(part ?? ""))).join(" "));
  }
  return names.join(" < ") || "no profile";
}

function causeOf({ cause }: Error): unknown {
  return cause instanceof Error ? cause : Object(cause).err;
}
