import { CONFIRM_LINK_TTL_HOURS, CONFIRM_TTL_MINUTES } from "@/lib/validity";
import { Action, Code, Layout, Note, Notes, Paragraph } from "./layout";

/** To a new address: the code and the link that prove it. It holds no words of the person who registered. */
export function ConfirmEmail({ code, url }: { code: string; url: string }) {
  return (
    <Layout title="Confirm your email address" preview="Your code and link to finish creating your account.">
      <Paragraph>Enter this code on the page where you created your account:</Paragraph>
      <Code>{code}</Code>
      <Paragraph>Or confirm with this link, on any device:</Paragraph>
      <Action href={url}>Confirm email address</Action>
      <Notes>
        <Note>{`The code is valid for ${CONFIRM_TTL_MINUTES} minutes, the link for ${CONFIRM_LINK_TTL_HOURS} hours.`}</Note>
        <Note>If you did not create an account, ignore this email: no account is created unless you confirm.</Note>
      </Notes>
    </Layout>
  );
}
