import { links } from "@/lib/routes";
import { Action, Facts, Layout, Note, Notes, Paragraph } from "./layout";
import { label, moment } from "./words";

type Props = { provider: string; at: Date; device: string };

/** After another way to sign in was connected. `provider` is its name for people, like "GitHub". */
export function AccountLinked({ provider, at, device }: Props) {
  return (
    <Layout title="A way to sign in was added" preview="If this was not you, remove it.">
      <Paragraph>{`You can now sign in to your account with ${label(provider)}.`}</Paragraph>
      <Facts facts={{ When: moment(at), Device: label(device) }} />
      <Notes>
        <Note>If it was you, there is nothing to do.</Note>
        <Note>If it was not you, remove it and change your password:</Note>
        <Action href={links.security()}>Review your account</Action>
      </Notes>
    </Layout>
  );
}
