import { transact } from "@/lib/db/transact";
import { sendMail } from "@/lib/mail/messages";
import { fail, ok, type Result } from "./model/errors";
import { LIMITS } from "./model/limits";
import type { Client, Principal } from "./model/principal";
import { randomToken } from "./model/secrets";
import type { PreparedChange } from "./steps/change-as-one";
import { countSource } from "./steps/count-source";
import { lockSession } from "./steps/lock-session";
import { consumeMail, mayMail } from "./steps/mail-budget";
import { openEmailChange } from "./steps/open-email-change";
import { reauthenticate } from "./steps/reauthenticate";
import { findOpenEmailChange } from "./store/email-changes";
import { consume } from "./store/rate-limits";
import { recordEvent } from "./store/security-events";
import { findUserByEmail, findUserById, isReserved } from "./store/users";
import { type IssuedVerification, reissueVerification } from "./store/verifications";

/** Where the link at the new address leads: some surfaces have a page of its own for it. */
type NewEmailLinks = { verifyEmail(token: string): string; confirmNewEmail?(token: string): string };

type Wish = { email: string; currentPassword?: string; withCode?: boolean };

/**
 * Asks for another address. It changes only once the new mailbox confirms; the old one is told at once, with a link
 * that stops or undoes the change for 7 days. A taken address gets the same answer, and costs the same, as a free one.
 * @param input.withCode mails a code too, which `confirmEmailChangeByCode` takes.
 * @returns `wrong_password`, `reauthentication_required`, `invalid_input`, `too_many_attempts`, `unauthenticated`.
 */
export async function requestEmailChange(
  principal: Principal,
  input: Wish,
  client: Client,
  links: NewEmailLinks,
): Promise<Result<void>> {
  const prepared = await prepareEmailChange(principal, input, client, links);
  return prepared.ok ? prepared.value() : prepared;
}

/** The same for a form that changes several things: it calls the returned function in its one transaction. */
export async function prepareEmailChange(
  principal: Principal,
  input: Wish,
  client: Client,
  links: NewEmailLinks,
): Promise<Result<PreparedChange<void>>> {
  const { userId } = principal;
  const { email: to } = input;
  const proved = await reauthenticate(principal, input.currentPassword, client);
  if (!proved.ok) return proved;
  if (to === principal.email) return fail("invalid_input", { fields: { email: "That is your address already." } });
  const ask = async () => {
    const user = (await lockSession(principal)) && (await findUserById(userId));
    if (!user) return fail("unauthenticated");
    const allowed = await consume(LIMITS.emailChangePerUser, userId);
    if (!allowed.ok) return allowed;
    const mailed = await consumeMail({ budget: "change-email", email: to, client, userId });
    if (!mailed.ok) return mailed;
    const [owner, reserved] = [await findUserByEmail(to), await isReserved(to)];
    const taken = owner !== null || reserved;
    // A taken address has a code too, which nobody is mailed, so that wrong ones are counted and told alike.
    const confirm = await openEmailChange(user, to, { by: "person", withCode: input.withCode === true });
    await recordEvent("email_change.requested", { userId, email: to, client });
    const notice = (await consume(LIMITS.noticePerHour, to)).ok;
    if (taken) await sendMail(to, "address-in-use", {}, { decoy: !notice });
    else await sendMail(to, "confirm-new-email", propsOf(confirm, links));
    return ok(undefined);
  };
  return ok(() => transact<Result<void>>(ask));
}

function propsOf({ token, code }: IssuedVerification, { verifyEmail, confirmNewEmail = verifyEmail }: NewEmailLinks) {
  return { url: confirmNewEmail(token), ...(code !== null && { code }) };
}

/**
 * Mails a new link and code to the new address, for clients that know the present address only. The former ones end.
 * Answer and work are the same for an address without a change under way, or without an account.
 * @returns `too_many_attempts` per source only.
 */
export async function resendEmailChange(
  { email }: { email: string },
  client: Client,
  links: NewEmailLinks,
): Promise<Result<void>> {
  const allowed = await countSource(LIMITS.forgotPerSource, client);
  if (!allowed.ok) return allowed;
  return transact(async () => {
    const user = await findUserByEmail(email);
    const open = await findOpenEmailChange(user?.id ?? "none");
    const to = open?.email ?? `none:${email}`;
    const asked = await mayMail({ budget: "change-email", email, client });
    const mailed = (await mayMail({ budget: "change-email", email: to, client })) && asked && open !== null;
    const taken = (await findUserByEmail(to)) !== null || (await isReserved(to));
    const change = { id: open && mailed ? open.id : "none", purpose: "change-email", email: to };
    const issued = await reissueVerification(change, true);
    const props = propsOf(issued ?? { id: "none", token: randomToken(), code: "000000" }, links);
    await sendMail(open ? to : email, "confirm-new-email", props, { decoy: !issued || taken });
    return ok(undefined);
  });
}
