import { CONFIRM_TTL_MINUTES, INVITATION_TTL_HOURS } from "@/lib/validity";
import { Action, Code, Layout, Note, Notes, Paragraph } from "./layout";

/** To a person for whom an account was made: the link and the code that make it theirs. */
export function Invitation({ url, code }: { url: string; code: string }) {
  return (
    <Layout title="You are invited" preview="An account is waiting for you.">
      <Paragraph>An account was made for this address. Open the link to make it yours:</Paragraph>
      <Action href={url}>Accept the invitation</Action>
      <Paragraph>Or type this code in the app that invited you:</Paragraph>
      <Code>{code}</Code>
      <Notes>
        <Note>{`The link is valid for ${INVITATION_TTL_HOURS} hours, the code for ${CONFIRM_TTL_MINUTES} minutes. Later, “Forgot password” does the same.`}</Note>
        <Note>If you did not expect this, ignore this email: the account stays closed.</Note>
      </Notes>
    </Layout>
  );
}
