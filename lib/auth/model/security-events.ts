import type { SecurityEvent } from "@/prisma/client/client";
import { describeDevice } from "./user-agent";

/** What replaces `{}` in a sentence. Only this part of an event's `detail` is shown to its person. */
type Detail = "provider" | "label" | "proofs";

/**
 * What a person can do who did not do this: say so ("This was not me"), or use the link that the old mailbox was sent,
 * because after a change of address a reset would go to the new one.
 */
type Remedy = "disown" | "undo-link";

type Told = { says: string; detail?: Detail; remedy?: Remedy };

/** Every kind of security event, and how a person is told of it. Where its device is known, " from Firefox on Linux" follows. */
const EVENTS = {
  "register.completed": { says: "Account created" },
  "email.verified": { says: "Email address confirmed" },
  "sign_in.succeeded": { says: "Signed in", detail: "proofs", remedy: "disown" },
  "sign_in.factor_owed": { says: "Sign-in stopped at the second step", detail: "proofs", remedy: "disown" },
  "session.revoked": { says: "Signed out of one device" },
  "session.revoked_all": { says: "Signed out of all devices" },
  "session.revoked_others": { says: "Signed out of all other devices", remedy: "disown" },
  "session.revoked_by_admin": { says: "Signed out of all devices by an admin" },
  "session.locked_out": { says: "Device signed out after too many wrong passwords", remedy: "disown" },
  "session.refresh_reused": { says: "App signed out because a copy of its sign-in was used", remedy: "disown" },
  "password.changed": { says: "Password changed", remedy: "disown" },
  "password.reset": { says: "Password reset", remedy: "disown" },
  "email_change.requested": { says: "Change of email address requested", remedy: "disown" },
  "email_change.undone": { says: "Change of email address undone" },
  "email.changed": { says: "Email address changed", remedy: "undo-link" },
  "account.linked": { says: "Sign-in with {} added", detail: "provider", remedy: "disown" },
  "account.unlinked": { says: "Sign-in with {} removed", detail: "provider", remedy: "disown" },
  "actor.created": { says: "Profile added: {}", detail: "label" },
  "factor.passkey-added": { says: "Passkey “{}” added", detail: "label", remedy: "disown" },
  "factor.passkey-removed": { says: "Passkey “{}” removed", detail: "label", remedy: "disown" },
  "factor.passkey-copied": { says: "Copy of the passkey “{}” refused", detail: "label", remedy: "disown" },
  "factor.authenticator-added": { says: "Authenticator app added", remedy: "disown" },
  "factor.authenticator-removed": { says: "Authenticator app removed", remedy: "disown" },
  "factor.recovery-codes-replaced": { says: "Recovery codes replaced", remedy: "disown" },
  "factor.recovery-code-used": { says: "Recovery code used", remedy: "disown" },
  "factor.second-factor-guessed": { says: "Too many wrong codes after the right password", remedy: "disown" },
  "factor.reset_requested": { says: "Removal of your passkeys and authenticator apps requested by an admin" },
  "factor.reset_stopped": { says: "Removal of your passkeys and authenticator apps stopped" },
  "factor.factors-reset": {
    says: "Passkeys and authenticator apps removed at a sign-in, as an admin requested",
  },
  "email.set_by_operator": { says: "Email address set by the operator of this site", remedy: "undo-link" },
  "password.set_by_operator": { says: "Password set by the operator of this site" },
  "user.created_by_operator": { says: "Account created by the operator of this site" },
  "user.invited": { says: "Invited by the operator of this site" },
  "link.made_by_operator": { says: "Link to sign in made by the operator of this site" },
  "user.disabled": { says: "Account disabled by the people who run this site" },
  "user.enabled": { says: "Account enabled by the people who run this site" },
  "role.changed": { says: "Role changed by the people who run this site" },
  "role.given": { says: "Role of another person changed", remedy: "disown" },
  "admin.invited": { says: "Another person invited to become an admin", remedy: "disown" },
  "activity.disowned": { says: "Account secured after “This was not me”" },
  "data.exported": { says: "Data downloaded", remedy: "disown" },
} as const satisfies Record<string, Told>;

export type SecurityEventType = keyof typeof EVENTS;

/** Those that a person is told of. A newer or older release may have written others. */
export const SECURITY_EVENT_TYPES = Object.keys(EVENTS);

/** What the proofs of a sign-in are called. */
const PROOFS: Record<string, string> = {
  password: "password",
  "email-code": "emailed code",
  "email-link": "emailed link",
  provider: "connected account",
  passkey: "passkey",
  "security-key": "security key",
  totp: "authenticator app",
  "recovery-code": "recovery code",
};

/** An event in words: "Signed in from Firefox on Linux", and for a sign-in how: "password and authenticator app". */
export type DescribedEvent = { sentence: string; how: string | null; remedy: Remedy | null };

/**
 * An event as its person reads it, without ids of admins and the like.
 * @param nameOfProvider what people call a provider, by its id.
 */
export function describeEvent(
  event: Pick<SecurityEvent, "type" | "detail" | "userAgent">,
  nameOfProvider: (id: string) => string,
): DescribedEvent {
  const told = tellingOf(event.type);
  const detail = ownDetail(event) ?? "";
  const subject = told.detail === "provider" ? nameOfProvider(detail) : detail;
  const device = event.userAgent && describeDevice(event.userAgent);
  const from = device ? ` from ${device === "Unknown device" ? "an unknown device" : device}` : "";
  return {
    sentence: told.says.replace("{}", () => subject) + from,
    how: told.detail === "proofs" ? howOf(detail, nameOfProvider) : null,
    remedy: told.remedy ?? null,
  };
}

/** What of an event's detail concerns its person; null where it is for the log, like the id of an admin. */
export function ownDetail({ type, detail }: Pick<SecurityEvent, "type" | "detail">): string | null {
  return tellingOf(type).detail ? detail : null;
}

function tellingOf(type: string): Told {
  const byType: Record<string, Told> = EVENTS;
  return byType[type] ?? { says: "Account changed" };
}

/** A sign-in's detail is its proofs, or a provider and how that went: "github signed-in". */
function howOf(detail: string, nameOfProvider: (id: string) => string): string | null {
  const words = detail.split(" ");
  const proofs = words.flatMap((word) => PROOFS[word] ?? []);
  if (proofs.length === words.length) return proofs.join(" and ");
  const [provider = ""] = words;
  return nameOfProvider(provider) === provider ? null : nameOfProvider(provider);
}
