import { INVITATION_TTL_HOURS } from "@/lib/validity";
import { Action, Layout, Note, Notes, Paragraph } from "./layout";

/** To a person whom an admin invites to become an admin. */
export function AdminInvitation({ url }: { url: string }) {
  return (
    <Layout title="You are invited" preview="An admin of this site invites you to become one.">
      <Paragraph>
        An admin of this site invites you to become one. Open the link and create an account with this address, or sign
        in if you have one:
      </Paragraph>
      <Action href={url}>Accept the invitation</Action>
      <Notes>
        <Note>{`The link is valid for ${INVITATION_TTL_HOURS} hours and works once.`}</Note>
        <Note>If you did not expect this, ignore this email: nothing changes.</Note>
      </Notes>
    </Layout>
  );
}
