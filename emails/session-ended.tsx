import { Action, Facts, Layout, Note, Notes, Paragraph } from "./layout";
import { label, moment } from "./words";

/** After a signed-in device gave the wrong current password too often: it may be in the wrong hands. */
export function SessionEnded({ at, device, forgotUrl }: { at: Date; device: string; forgotUrl: string }) {
  return (
    <Layout title="A device was signed out" preview="It gave a wrong password too many times.">
      <Paragraph>One of your devices gave a wrong current password too many times, so we signed it out.</Paragraph>
      <Facts facts={{ When: moment(at), Device: label(device) }} />
      <Notes>
        <Note>If it was you, sign in again whenever you like.</Note>
        <Note>If it was not you, somebody used your device or your session. Set a new password:</Note>
        <Action href={forgotUrl}>Set a new password</Action>
      </Notes>
    </Layout>
  );
}
