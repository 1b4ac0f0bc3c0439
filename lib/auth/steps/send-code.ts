import { callAfterCommit } from "@/lib/background";
import { sendMail } from "@/lib/mail/messages";

type Sending = {
  /** The mail that holds the link too; without it the mail has the code alone. */
  mail?:
    | { template: "confirm-email"; url: string }
    | { template: "sign-in-code"; url: string; device: string; ip: string | null };
  /** A surface's own way, in place of our mail. */
  sendOwn?(email: string, code: string): Promise<void>;
  decoy: boolean;
};

/**
 * Sends a code, in the transaction that made it. Without a code, or with `decoy`, it writes and renders the same and sends nothing,
 * so that an address that must get no mail costs as much as one that gets it.
 */
export async function sendCode(email: string, code: string | null, { mail, sendOwn, decoy }: Sending): Promise<void> {
  const isDecoy = decoy || code === null;
  const { template = "your-code", ...props } = mail ?? {};
  await sendMail(email, template, { ...props, code: code ?? "000000" }, { decoy: isDecoy || sendOwn !== undefined });
  if (sendOwn && !isDecoy) callAfterCommit("code", () => sendOwn(email, code));
}
