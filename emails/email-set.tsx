import { UNDO_EMAIL_TTL_DAYS } from "@/lib/validity";
import { Action, Layout, Note, Notes, Paragraph } from "./layout";
import { address } from "./words";

/** To the OLD address once the operator of the site has set another, with the link that undoes it. */
export function EmailSet({ newEmail, undoUrl }: { newEmail: string; undoUrl: string }) {
  return (
    <Layout title="Your email address was changed for you" preview="If you did not ask for that, keep this address.">
      <Paragraph>The operator of this site changed the email address of your account to:</Paragraph>
      <Paragraph>
        <strong>{address(newEmail)}</strong>
      </Paragraph>
      <Paragraph>If you asked for that, there is nothing to do. If you did not, keep this address:</Paragraph>
      <Action href={undoUrl}>Keep this address</Action>
      <Notes>
        <Note>{`The link is valid for ${UNDO_EMAIL_TTL_DAYS} days.`}</Note>
      </Notes>
    </Layout>
  );
}
