import { UNDO_EMAIL_TTL_DAYS } from "@/lib/validity";
import { Action, Layout, Note, Notes, Paragraph } from "./layout";
import { address } from "./words";

/** To the OLD address as soon as a person asks for a change, with the link that stops or undoes it. */
export function EmailChangeNotice({ newEmail, url }: { newEmail: string; url: string }) {
  return (
    <Layout title="Your email address is about to change" preview="If this was not you, keep this address.">
      <Paragraph>Someone who is signed in to your account asked to change its email address to:</Paragraph>
      <Paragraph>
        <strong>{address(newEmail)}</strong>
      </Paragraph>
      <Paragraph>If it was you, open the email we sent there. If it was not you, keep this address:</Paragraph>
      <Action href={url}>Keep this address</Action>
      <Notes>
        <Note>{`The link is valid for ${UNDO_EMAIL_TTL_DAYS} days, before and after the change is made.`}</Note>
        <Note>If it was not you, change your password as well.</Note>
      </Notes>
    </Layout>
  );
}
