import { Facts, Layout, Paragraph, WasItYou } from "./layout";
import { label, moment } from "./words";

/** After the data of an account was downloaded. `device` is words like "Firefox on Linux". */
export function DataExported({ at, device }: { at: Date; device: string }) {
  return (
    <Layout title="Your data was downloaded" preview="If this was not you, sign out every device.">
      <Paragraph>
        All data of your account was downloaded as a file. Your password and other secrets are not in it.
      </Paragraph>
      <Facts facts={{ When: moment(at), Device: label(device) }} />
      <WasItYou />
    </Layout>
  );
}
