import { NEW_EMAIL_TTL_MINUTES } from "@/lib/validity";
import { Action, Layout, Note, Notes, Paragraph } from "./layout";

/** To the address that a user wants to change to: the link that proves it. */
export function ConfirmNewEmail({ url }: { url: string }) {
  return (
    <Layout title="Confirm your new email address" preview="One step left to use this address for your account.">
      <Paragraph>You asked to use this address for your account. Confirm that it is yours:</Paragraph>
      <Action href={url}>Confirm new address</Action>
      <Notes>
        <Note>{`The link is valid for ${NEW_EMAIL_TTL_MINUTES} minutes and works once.`}</Note>
        <Note>If you did not ask for this, ignore this mail: your address will not be used.</Note>
      </Notes>
    </Layout>
  );
}
