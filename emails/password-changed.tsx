import { links } from "@/lib/routes";
import { Action, Facts, Layout, Note, Notes, Paragraph } from "./layout";
import { label, moment } from "./words";

/** After a change or a reset. `device` is words like "Firefox on Linux". */
export function PasswordChanged({ at, device }: { at: Date; device: string }) {
  return (
    <Layout title="Your password was changed" preview="If this was not you, set a new password now.">
      <Paragraph>The password of your account was changed. Other devices have been signed out.</Paragraph>
      <Facts facts={{ When: moment(at), Device: label(device) }} />
      <Notes>
        <Note>If it was you, there is nothing to do.</Note>
        <Note>If it was not you, set a new password at once:</Note>
        <Action href={links.forgotPassword()}>Set a new password</Action>
      </Notes>
    </Layout>
  );
}
