import { UNDO_EMAIL_TTL_DAYS } from "@/lib/validity";
import { Action, Layout, Note, Notes, Paragraph } from "./layout";
import { address } from "./words";

const TITLE = "Your email address was changed for you";
const TELL = "If you did not ask for that, tell the people who run this site.";

/**
 * To the OLD address once the operator of the site has set another, with the link that undoes it. Where nobody proved that mailbox it
 * may be a stranger's, and the mail says nothing more.
 */
export function EmailSet({ newEmail, url }: { newEmail?: string; url?: string }) {
  if (!newEmail || !url)
    return (
      <Layout title={TITLE} preview={TELL}>
        <Paragraph>The operator of this site changed the email address of your account.</Paragraph>
        <Paragraph>{TELL}</Paragraph>
      </Layout>
    );
  return (
    <Layout title={TITLE} preview="If you did not ask for that, keep this address.">
      <Paragraph>The operator of this site changed the email address of your account to:</Paragraph>
      <Paragraph>
        <strong>{address(newEmail)}</strong>
      </Paragraph>
      <Paragraph>If you asked for that, there is nothing to do. If you did not, keep this address:</Paragraph>
      <Action href={url}>Keep this address</Action>
      <Notes>
        <Note>{`The link is valid for ${UNDO_EMAIL_TTL_DAYS} days.`}</Note>
      </Notes>
    </Layout>
  );
}
