import { links } from "@/lib/routes";
import { Action, Facts, Layout, Note, Notes, Paragraph } from "./layout";
import { label, moment } from "./words";

type Props = { newRole: string; at: Date };

/** After an admin or the operator gave a person another role. */
export function RoleChanged({ newRole, at }: Props) {
  return (
    <Layout title="Your role was changed" preview="What you may do on this site is different now.">
      <Paragraph>The people who run this site gave your account another role. It applies from now on.</Paragraph>
      <Facts facts={{ Role: label(newRole), When: moment(at) }} />
      <Notes>
        <Note>If you did not expect this, ask them.</Note>
        <Action href={links.account()}>Open your account</Action>
      </Notes>
    </Layout>
  );
}
