import type { Client, Holder, SessionRef } from "@/lib/auth/model/principal";
import { seenFrom } from "@/lib/auth/model/user-agent";
import { recordEvent } from "@/lib/auth/store/security-events";
import { type FactorChange, sendMail } from "@/lib/mail/messages";

/** Notes a change of a person's factors for their account’s activity, and tells them by mail, in the transaction of the change. */
export async function tellFactorChange(
  { userId, sessionId, email }: Pick<Holder, "userId" | "email"> & Partial<SessionRef>,
  change: FactorChange,
  client: Client,
  detail?: string,
): Promise<void> {
  await recordEvent(`factor.${change}`, { userId, sessionId, client, detail });
  await sendMail(email, "factor-changed", { change, ...seenFrom(client) });
}
