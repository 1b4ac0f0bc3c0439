import type { z } from "zod";
import { sendSignInCode } from "@/lib/auth/email-code/send-sign-in-code";
import {
  describeSignInLink,
  type SignedInByMail,
  signInByCode,
  signInByLink,
} from "@/lib/auth/email-code/sign-in-by-mail";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import type { Client } from "@/lib/auth/model/principal";
import type { SignInCodeInput, SignInLinkInput } from "@/lib/auth/model/schemas";
import { SignInRequest } from "@/lib/auth/model/sign-in-request";
import { mailWaitSeconds } from "@/lib/auth/steps/mail-budget";
import { findVerification } from "@/lib/auth/store/verifications";
import { links } from "@/lib/routes";
import { CONFIRM_TTL_MINUTES } from "@/lib/validity";
import { afterButton } from "@/lib/wire/button-page";
import { SIGN_IN_COOKIE } from "@/lib/wire/cookies";
import { safeRedirect } from "@/lib/wire/safe-redirect";
import { startBrowserSession } from "./browser-session";
import type { FormDone } from "./form-actions";
import { readIds, writeIds } from "./id-cookie";

const CODE_PAGE = "/sign-in-code";
const EXPIRED = "/sign-in-code/address?message=expired";

/** Mails a code, and leads to the page where it is typed, whatever the address. */
export async function askForCode(
  { email, remember, to }: z.output<typeof SignInCodeInput>,
  client: Client,
): Promise<Result<FormDone>> {
  const wanted = { email, remember, to: safeRedirect(to), pendingId: await begunId() };
  const sent = await sendSignInCode(wanted, client, links);
  if (!sent.ok) return sent;
  await rememberBegun(sent.value.verificationId);
  return ok({ redirectTo: CODE_PAGE });
}

/** Mails another code for the sign-in that this browser began. The wait is the same whatever the address. */
export async function requestAnotherCode(_: object, client: Client): Promise<Result<FormDone>> {
  const pending = await findPending(client);
  if (!pending) return ok({ redirectTo: EXPIRED });
  const { id: pendingId, email, request, waitSeconds } = pending;
  if (waitSeconds > 0) return fail("too_many_attempts", { retryAfter: waitSeconds });
  const { to, remember } = request;
  const sent = await sendSignInCode({ email, to, remember, pendingId }, client, links);
  if (!sent.ok) return sent;
  await rememberBegun(sent.value.verificationId);
  return ok({ message: "Another code is on its way. The one before no longer works." });
}

/** Handles the code, in the browser that requested it, and signs this browser in. */
export async function submitSignInCode({ code }: { code: string }, client: Client): Promise<Result<FormDone>> {
  const verificationId = await begunId();
  return verificationId ? enter(await signInByCode({ verificationId, code }, client)) : fail("code_expired");
}

/**
 * Handles the button behind the mailed link, and signs in the browser that pressed it. With `next` it leads to an API client's own
 * address instead, which does that.
 */
export async function submitSignInLink(
  { token, next }: z.output<typeof SignInLinkInput>,
  client: Client,
): Promise<Result<FormDone>> {
  const leaveTo = afterButton(token, next);
  if (leaveTo) return (await describeLink(token)) ? ok({ leaveTo }) : fail("token_invalid");
  return enter(await signInByLink({ token, verificationId: await begunId() }, client));
}

/** What the page for the code shows; null when this browser waits for none, `expired` when it did. */
export async function pendingSignIn(
  client: Client,
): Promise<{ email: string; to: string; resendInSeconds: number } | "expired" | null> {
  const pending = await findPending(client);
  if (!pending) return (await begunId()) ? "expired" : null;
  const { email, request, waitSeconds } = pending;
  return { email, to: safeRedirect(request.to), resendInSeconds: waitSeconds };
}

/** What the page behind a mailed link shows. Spends nothing; null for a link that does not work. */
export async function describeLink(token: string) {
  return describeSignInLink({ token, verificationId: await begunId() });
}

async function findPending(client: Client) {
  const id = await begunId();
  const verification = id ? await findVerification(id) : null;
  if (verification?.purpose !== "sign-in" || !verification.email) return null;
  const { email, payload } = verification;
  const userId = verification.userId ?? undefined;
  const waitSeconds = await mailWaitSeconds({ budget: "sign-in", email, client, userId });
  return { id: verification.id, email, request: SignInRequest.parse(payload), waitSeconds };
}

async function enter(result: Result<SignedInByMail>): Promise<Result<FormDone>> {
  if (!result.ok) return result;
  const { session, to } = result.value;
  await writeIds(SIGN_IN_COOKIE(), [], 0);
  return ok({ redirectTo: await startBrowserSession(session, safeRedirect(to)) });
}

/** Notes in the browser which sign-in it began. The cookie outlives the code, so that the page can say that it has expired. */
async function rememberBegun(verificationId: string): Promise<void> {
  await writeIds(SIGN_IN_COOKIE(), [verificationId], 2 * CONFIRM_TTL_MINUTES * 60);
}

/** The sign-in that this browser began, or null. */
async function begunId(): Promise<string | null> {
  const [id = null] = await readIds(SIGN_IN_COOKIE());
  return id;
}
