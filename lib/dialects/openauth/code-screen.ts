import { ok, type Result } from "@/lib/auth/model/errors";
import type { CompleteSession } from "@/lib/auth/steps/begin-session";
import type { ApiCall } from "@/lib/wire/endpoint";
import { arrive, browserOf } from "./arrival";
import { allowFormTo, authorizationCookie, sessionFor } from "./authorization";
import type { CodeFlow } from "./code-provider";
import { unknownState } from "./errors";
import type { Issuer } from "./issuer";

/** `GET` and `POST /openauth/<name>/authorize`: the screen of a code. With the right code the person goes back to the app. */
export async function showCode(issuer: Issuer, name: string, flow: CodeFlow, call: ApiCall): Promise<Result<Response>> {
  const { request, client } = call;
  const authorization = authorizationCookie.read(request);
  if (!authorization) return unknownState();
  const drawn = await flow.handle(call, {
    client: browserOf(call),
    session: sessionFor(authorization, issuer.success ? undefined : null),
    provider: name,
    success(session: CompleteSession) {
      const value = { provider: name, claims: { email: session.user.email } };
      return arrive(issuer, { authorization, request, client, value, from: session });
    },
  });
  return drawn.ok ? ok(allowFormTo(authorization, drawn.value)) : drawn;
}
