import { LIMITS } from "@/lib/auth/model/limits";
import { consume } from "@/lib/auth/store/rate-limits";
import {
  CONFIRM_LINK_TTL_HOURS,
  CONFIRM_TTL_MINUTES,
  INVITATION_TTL_HOURS,
  NEW_EMAIL_TTL_MINUTES,
  RESET_TTL_MINUTES,
  UNDO_EMAIL_TTL_DAYS,
} from "@/lib/validity";
import { enqueue, PRIORITY } from "./outbox";
import type { Template, TemplateProps } from "./templates";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A later notice tells its reader nothing new. */
const NOTICE = { priority: PRIORITY.notice, aliveMs: 3 * DAY_MS };

/** How urgent each mail is, and for how long it is worth sending: as long as its code or link works. */
const URGENCY: Record<Template, { priority: number; aliveMs: number }> = {
  "account-linked": NOTICE,
  "account-unlinked": NOTICE,
  "address-in-use": NOTICE,
  "admin-invitation": { priority: PRIORITY.code, aliveMs: INVITATION_TTL_HOURS * HOUR_MS },
  "confirm-email": { priority: PRIORITY.code, aliveMs: CONFIRM_LINK_TTL_HOURS * HOUR_MS },
  "confirm-new-email": { priority: PRIORITY.code, aliveMs: NEW_EMAIL_TTL_MINUTES * MINUTE_MS },
  "data-exported": NOTICE,
  "email-change-notice": { priority: PRIORITY.notice, aliveMs: UNDO_EMAIL_TTL_DAYS * DAY_MS },
  "email-changed": NOTICE,
  "email-set": { priority: PRIORITY.notice, aliveMs: UNDO_EMAIL_TTL_DAYS * DAY_MS },
  "email-taken-back": NOTICE,
  "factor-changed": NOTICE,
  "factor-reset": NOTICE,
  invitation: { priority: PRIORITY.code, aliveMs: INVITATION_TTL_HOURS * HOUR_MS },
  "new-sign-in": NOTICE,
  "password-changed": NOTICE,
  "reset-password": { priority: PRIORITY.code, aliveMs: RESET_TTL_MINUTES * MINUTE_MS },
  "role-changed": NOTICE,
  "session-ended": NOTICE,
  "sign-in-code": { priority: PRIORITY.code, aliveMs: CONFIRM_TTL_MINUTES * MINUTE_MS },
  "your-code": { priority: PRIORITY.code, aliveMs: CONFIRM_TTL_MINUTES * MINUTE_MS },
};

/** What the mail of changed factors can tell of. */
export type FactorChange = TemplateProps<"factor-changed">["change"];

export type MailOptions = { decoy?: boolean };

/**
 * Writes a mail's row into the outbox, as part of the transaction under way: the mail goes out if that commits, and neither a
 * failure of the service nor the end of the process loses it.
 * @param options.decoy costs the statements and the rendering of a mail and is never sent, so that nothing tells an address
 * without mail from one with it.
 * @example
 * await sendMail("alice@example.com", "your-code", { code: "493018" });
 */
export async function sendMail<Name extends Template>(
  to: string,
  template: Name,
  props: TemplateProps<Name>,
  { decoy = false }: MailOptions = {},
): Promise<void> {
  const { priority, aliveMs } = URGENCY[template];
  const isInTime = (await consume(LIMITS.mailsInTime, to)).ok;
  await enqueue({ to, template, props, decoy }, { priority: isInTime ? priority : PRIORITY.other, aliveMs });
}
