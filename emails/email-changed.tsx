import { links } from "@/lib/routes";
import { UNDO_EMAIL_TTL_DAYS } from "@/lib/validity";
import { Action, Layout, Note, Notes, Paragraph } from "./layout";
import { address } from "./words";

type EmailChangedProps = { email: string; isUndoable: boolean };

/** To the new address, once it is in use. */
export function EmailChanged({ email, isUndoable }: EmailChangedProps) {
  return (
    <Layout title="Your email address was changed" preview="Sign in with your new address from now on.">
      <Paragraph>From now on you sign in with this address, and our emails come here:</Paragraph>
      <Paragraph>
        <strong>{address(email)}</strong>
      </Paragraph>
      <Action href={links.account()}>Open your account</Action>
      <Notes>
        {isUndoable && <Note>{`We told your old address, which can undo this for ${UNDO_EMAIL_TTL_DAYS} days.`}</Note>}
        <Note>If it was not you, someone else can read this mailbox. Change its password first.</Note>
      </Notes>
    </Layout>
  );
}
