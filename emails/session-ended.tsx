import { links } from "@/lib/routes";
import { Action, Facts, Layout, Note, Notes, Paragraph } from "./layout";
import { label, moment } from "./words";

/** Why a signed-in device may be in the wrong hands. */
const REASONS = {
  passwords: {
    preview: "It gave a wrong password too many times.",
    text: "One of your devices gave a wrong current password too many times, so we signed it out.",
  },
  "copied-token": {
    preview: "Its sign-in was used from two places.",
    text: "An app's sign-in to your account was used in a way that only a copy of it can be, so we signed it out.",
  },
};

type Props = { at: Date; device: string; why: keyof typeof REASONS };

/** After a session was ended because it may be in the wrong hands. */
export function SessionEnded({ at, device, why }: Props) {
  return (
    <Layout title="A device was signed out" preview={REASONS[why].preview}>
      <Paragraph>{REASONS[why].text}</Paragraph>
      <Facts facts={{ When: moment(at), Device: label(device) }} />
      <Notes>
        <Note>If it was you, sign in again whenever you like.</Note>
        <Note>If it was not you, someone else used your device, or a copy of its sign-in. Set a new password:</Note>
        <Action href={links.forgotPassword()}>Set a new password</Action>
      </Notes>
    </Layout>
  );
}
