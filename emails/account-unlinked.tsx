import { links } from "@/lib/routes";
import { Action, Facts, Layout, Note, Notes, Paragraph } from "./layout";
import { label, moment } from "./words";

type Props = { provider: string; at: Date; device: string };

/** After a way to sign in was disconnected. `provider` is its name for people, like "GitHub". */
export function AccountUnlinked({ provider, at, device }: Props) {
  return (
    <Layout title="A way to sign in was removed" preview="If this was not you, set a new password.">
      <Paragraph>
        {`An account at ${label(provider)} was disconnected from yours. It can no longer be used to sign in, and all other devices were signed out.`}
      </Paragraph>
      <Facts facts={{ When: moment(at), Device: label(device) }} />
      <Notes>
        <Note>If it was you, there is nothing to do.</Note>
        <Note>If it was not you, set a new password, then look through your account.</Note>
        <Action href={links.security()}>Open your account</Action>
      </Notes>
    </Layout>
  );
}
