import { links } from "@/lib/routes";
import { Action, Facts, Layout, Note, Notes, Paragraph } from "./layout";
import { label, moment } from "./words";

type Change = { title: string; text: string; ifYou?: string; ifNotYou?: string };

/** The changes of a person's factors, and what else they should hear of them. */
export const CHANGES = {
  "authenticator-added": {
    title: "Two-step sign-in is on",
    text: "An authenticator app was set up for your account. From now on you also need its code to sign in.",
  },
  "authenticator-removed": {
    title: "An authenticator app was removed",
    text: "An authenticator app was removed from your account. Its codes no longer work.",
  },
  "recovery-codes-replaced": {
    title: "You have new recovery codes",
    text: "New recovery codes were created for your account. The old ones no longer work.",
  },
  "recovery-code-used": {
    title: "A recovery code was used",
    text: "A recovery code was used to sign in to your account. It does not work a second time.",
  },
  "passkey-added": {
    title: "A passkey was added",
    text: "A passkey was added to your account. It can be used to sign in.",
  },
  "passkey-removed": {
    title: "A passkey was removed",
    text: "A passkey was removed from your account. It can no longer be used to sign in.",
  },
  "passkey-copied": {
    title: "A passkey may have been copied",
    text: "One of your passkeys was used in a way that only a copy of it can be, so the sign-in was refused.",
    ifYou: "Even if it was you, remove that passkey in your account, and make a new one.",
  },
  "factors-reset": {
    title: "Your passkeys and authenticator apps were removed",
    text: "Your authenticator apps, passkeys and recovery codes were removed at this sign-in, as an admin had asked.",
    ifYou: "If you asked for it, set up new ones in your account.",
    ifNotYou: "If you did not, set a new password, and tell the people who run this site.",
  },
  "second-factor-guessed": {
    title: "Your password may be known",
    text: "Your password was entered correctly, and then too many wrong codes.",
    ifNotYou: "If it was not you, set a new password: the person who did it knows the one you have.",
  },
} satisfies Record<string, Change>;

const IF_YOU = "If it was you, there is nothing to do.";
const IF_NOT_YOU = "If it was not you, set a new password, then look through your account.";

type Props = { change: keyof typeof CHANGES; at: Date; device: string };

/** After a change of a person's factors. */
export function FactorChanged({ change, at, device }: Props) {
  const { title, text, ifYou = IF_YOU, ifNotYou = IF_NOT_YOU }: Change = CHANGES[change];
  return (
    <Layout title={title} preview={text}>
      <Paragraph>{text}</Paragraph>
      <Facts facts={{ When: moment(at), Device: label(device) }} />
      <Notes>
        <Note>{ifYou}</Note>
        <Note>{ifNotYou}</Note>
        <Action href={change === "second-factor-guessed" ? links.forgotPassword() : links.security()}>
          {change === "second-factor-guessed" ? "Set a new password" : "Open your account"}
        </Action>
      </Notes>
    </Layout>
  );
}
