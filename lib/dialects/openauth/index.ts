import { AUTH_ERRORS, type AuthFailure, fail, ok, type Result } from "@/lib/auth/model/errors";
import type { NewSession } from "@/lib/auth/store/sessions";
import { publicKeys } from "@/lib/auth/store/signing-keys";
import { type CorsPolicy, preflight, withCors } from "@/lib/wire/cors";
import { clientOf } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { readForm } from "@/lib/wire/read-form";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { isSameOrigin } from "@/lib/wire/same-origin";
import { settle } from "@/lib/wire/settle";
import { authorizationCookie, authorize, grant } from "./authorize";
import { password } from "./config";
import type { PasswordStep } from "./password-provider";
import { actorTypeOf, issuer, token } from "./token";

type StartBrowserSession = (session: NewSession, userId: string) => Promise<void>;
type Context = { params: Promise<{ step: string }> };

const STEPS: readonly string[] = ["authorize", "register", "change"] satisfies PasswordStep[];
const SEE_OTHER_SITE = "This form was sent from another site, so nothing was done.";

/**
 * The screens under /password. Whoever shows there who they are goes back to the app that sent them, with a code for
 * it; who came by themselves is signed in here, which `startBrowserSession` does.
 */
export function passwordRoute(startBrowserSession: StartBrowserSession) {
  return async (request: Request, { params }: Context): Promise<Response> => {
    const result = await settle(async () => {
      const { step } = await params;
      if (!isStep(step)) return fail("not_found");
      if (!isSameOrigin(request.method, request.headers)) return fail("forbidden", { message: SEE_OTHER_SITE });
      const form = request.method === "POST" ? await readForm(request) : ok(null);
      return form.ok ? ok(await answerStep(step, request, form.value, startBrowserSession)) : form;
    });
    return result.ok ? result.value : text(result.error);
  };
}

async function answerStep(
  step: PasswordStep,
  request: Request,
  form: FormData | null,
  startBrowserSession: StartBrowserSession,
): Promise<Response> {
  const authorization = authorizationCookie.read(request);
  const response = await password.handle(step, request, form, {
    client: clientOf(request),
    session: authorization ? { kind: "api", remember: true, actorType: actorTypeOf(authorization.clientId) } : {},
    async success({ user, session }) {
      if (authorization) return grant(authorization, user.id, session);
      await startBrowserSession(session, user.id);
      const location = safeRedirect(new URL(request.url).searchParams.get("to"));
      return new Response(null, { status: 302, headers: { location } });
    },
  });
  return authorization ? allowFormTo(authorization.redirectUri, response) : response;
}

function isStep(step: string): step is PasswordStep {
  return STEPS.includes(step);
}

/** Browsers hold form-action also against where the answer to a form redirects: here, to the app. */
function allowFormTo(redirectUri: string, response: Response): Response {
  const policy = response.headers.get("content-security-policy");
  if (!policy) return response;
  const { protocol, host } = new URL(redirectUri);
  const headers = new Headers(response.headers);
  const app = /^https?:$/.test(protocol) ? `${protocol}//${host}` : protocol;
  headers.set("content-security-policy", policy.replace("form-action 'self'", `form-action 'self' ${app}`));
  return new Response(response.body, { status: response.status, headers });
}

function text({ code, message, retryAfter }: AuthFailure): Response {
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    ...(retryAfter && { "retry-after": `${retryAfter}` }),
  };
  return new Response(`${message}\n`, { status: AUTH_ERRORS[code].status, headers });
}

const tokenPolicy: CorsPolicy = { methods: ["POST", "OPTIONS"], requestHeaders: ["content-type"] };

export const authorizeRoute = (request: Request) => settleText(async () => ok(await authorize(request)));

export async function tokenRoute(request: Request): Promise<Response> {
  const answer = await settleText(async () => {
    const form = await readForm(request);
    return ok(
      form.ok
        ? await token(form.value, clientOf(request))
        : json(400, { error: "invalid_request", error_description: form.error.message }),
    );
  });
  return withCors(tokenPolicy, request, answer);
}
export const tokenPreflight = preflight(tokenPolicy);

async function settleText(work: () => Promise<Result<Response>>): Promise<Response> {
  const result = await settle(work);
  return result.ok ? result.value : text(result.error);
}

/** Public documents: any page may read them. */
const OPEN = { "access-control-allow-origin": "*" };

export function metadataRoute(): Response {
  const iss = issuer();
  const metadata = {
    issuer: iss,
    authorization_endpoint: `${iss}/authorize`,
    token_endpoint: `${iss}/token`,
    jwks_uri: `${iss}/.well-known/jwks.json`,
    response_types_supported: ["code"],
    grant_types_supported: ["authorization_code", "refresh_token"],
    code_challenge_methods_supported: ["S256"],
    token_endpoint_auth_methods_supported: ["none"],
  };
  return json(200, metadata, OPEN);
}

export const keysRoute = () => settleText(async () => ok(json(200, { keys: await publicKeys() }, OPEN)));
