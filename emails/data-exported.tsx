import { Action, Facts, Layout, Note, Notes, Paragraph } from "./layout";
import { label, moment } from "./words";

/** After the data of an account was downloaded. `device` is words like "Firefox on Linux". */
export function DataExported({ at, device, accountUrl }: { at: Date; device: string; accountUrl: string }) {
  return (
    <Layout title="Your data was downloaded" preview="If this was not you, sign out every device.">
      <Paragraph>
        All data of your account was downloaded as a file. Your password and other secrets are not in it.
      </Paragraph>
      <Facts facts={{ When: moment(at), Device: label(device) }} />
      <Notes>
        <Note>If it was you, there is nothing to do.</Note>
        <Note>If it was not you, say so on the page of your account’s activity. It signs out every device:</Note>
        <Action href={accountUrl}>Review your activity</Action>
      </Notes>
    </Layout>
  );
}
