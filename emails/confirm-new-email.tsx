import { CONFIRM_TTL_MINUTES, NEW_EMAIL_TTL_MINUTES } from "@/lib/validity";
import { Action, Code, Layout, Note, Notes, Paragraph } from "./layout";

/** To the address that a user wants to change to: the link that proves it, and a code for apps that ask for one. */
export function ConfirmNewEmail({ url, code }: { url: string; code?: string }) {
  return (
    <Layout title="Confirm your new email address" preview="One step left to use this address for your account.">
      <Paragraph>You asked to use this address for your account. Confirm that it is yours:</Paragraph>
      <Action href={url}>Confirm new address</Action>
      {code && (
        <>
          <Paragraph>Or type this code where you asked for it:</Paragraph>
          <Code>{code}</Code>
        </>
      )}
      <Notes>
        {code && <Note>{`The code is valid for ${CONFIRM_TTL_MINUTES} minutes.`}</Note>}
        <Note>{`The link is valid for ${NEW_EMAIL_TTL_MINUTES} minutes and works once.`}</Note>
        <Note>If you did not ask for this, ignore this email: your address will not be used.</Note>
      </Notes>
    </Layout>
  );
}
