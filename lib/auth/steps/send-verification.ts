import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { Registration } from "@/lib/auth/model/registration";
import { randomToken } from "@/lib/auth/model/secrets";
import { type IssuedVerification, reissueVerification } from "@/lib/auth/store/verifications";
import { emit } from "@/lib/events/emit";
import type { MailOptions } from "@/lib/mail/messages";
import type { Verification } from "@/prisma/client/client";
import { sendCode } from "./send-code";

/**
 * How a code and a link reach their mailbox: in our mail, which holds the code alone where a surface has no page for the
 * link, or in a surface's own way, which takes the code.
 */
export type VerificationLinks = {
  verifyEmail?(token: string): string;
  sendCode?(email: string, code: string): Promise<void>;
  /** Neither of both: a subscriber of the event sends a mail. */
  eventOnly?: boolean;
};

/**
 * Sends the code and the link of a registration, in the transaction that made them. Subscribers of
 * `auth.verification_requested` (lib/events/subscribers.ts) are told, with both. `decoy` as for `sendCode`.
 */
export async function sendVerification(
  email: string,
  { token, code }: IssuedVerification,
  { verifyEmail, sendCode: sendOwn, eventOnly = false }: VerificationLinks,
  { decoy = false }: MailOptions = {},
): Promise<void> {
  await tellVerification(email, { token, code }, { decoy });
  const mail = verifyEmail && ({ template: "confirm-email", url: verifyEmail(token) } as const);
  await sendCode(email, code, { mail, sendOwn, decoy: decoy || eventOnly });
}

/** Tells subscribers of a verification; `decoy` is for addresses that an answer must not tell from others. */
export async function tellVerification(
  email: string,
  { token, code }: Pick<IssuedVerification, "token" | "code">,
  { decoy = false }: MailOptions,
): Promise<void> {
  const event = { entity_id: email, entity_type: "email", token, code: code ?? "000000" } as const;
  await emit("auth.verification_requested", event, { decoy: decoy || code === null });
}

/**
 * Mails a new code and link, and ends the former ones. The caller has counted the mail and runs a transaction. An address that
 * had an owner already gets the same answer and no mail.
 * @returns `code_expired` when the verification is spent.
 */
export async function resendVerification(
  verification: Pick<Verification, "id" | "purpose" | "payload" | "email">,
  links: VerificationLinks,
): Promise<Result<void>> {
  const decoy = Boolean(Registration.parse(verification.payload).taken);
  const issued = await reissueVerification(verification, true);
  if (!issued?.email) return fail("code_expired");
  await sendVerification(issued.email, issued, links, { decoy });
  return ok(undefined);
}

/** The work of `resendVerification` for an address that has nothing to confirm, or gets no mail now. */
export async function resendNothing(email: string, links: VerificationLinks): Promise<void> {
  await reissueVerification({ id: "none", purpose: "register", email }, false);
  await sendVerification(email, { id: "none", token: randomToken(), code: null }, links, { decoy: true });
}
