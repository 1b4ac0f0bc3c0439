import { Action, Facts, Layout, Note, Notes } from "./layout";
import { label, moment } from "./words";

type Props = { newRole: string; at: Date; accountUrl: string };

/** After an admin or the operator gave a person another role. */
export function RoleChanged({ newRole, at, accountUrl }: Props) {
  return (
    <Layout title="Your role was changed" preview="What you may do on this site is different now.">
      <Facts facts={{ Role: label(newRole), When: moment(at) }} />
      <Notes>
        <Note>It was changed by the people who run this site. It applies from now on.</Note>
        <Note>If you did not expect this, ask them.</Note>
        <Action href={accountUrl}>Open your account</Action>
      </Notes>
    </Layout>
  );
}
