import { CONFIRM_TTL_MINUTES, RESET_TTL_MINUTES } from "@/lib/validity";
import { Action, Code, Layout, Note, Notes, Paragraph } from "./layout";

/** Why the link was sent, and what a person can do who did not want it. */
const REASONS = {
  forgot: {
    text: "Someone, hopefully you, asked to set a new password for your account.",
    note: "If you did not ask for this, ignore this email: your password stays as it is.",
  },
  disowned: {
    text: "You told us that something in your account was not you. Every device is signed out, and your password no longer works. Set a new one that you use nowhere else:",
    note: "Then look through your passkeys, authenticator apps and connected accounts, and remove any that you do not recognize.",
  },
};

/** The link that sets a new password, and for apps with a field for a code the code that does the same. */
export function ResetPassword({
  url,
  code,
  why = "forgot",
}: {
  url: string;
  code?: string;
  why?: keyof typeof REASONS;
}) {
  return (
    <Layout title="Reset your password" preview="Your link to set a new password.">
      <Paragraph>{REASONS[why].text}</Paragraph>
      <Action href={url}>Set a new password</Action>
      {code && (
        <>
          <Paragraph>Or type this code where you asked for it:</Paragraph>
          <Code>{code}</Code>
        </>
      )}
      <Notes>
        {code && <Note>{`The code is valid for ${CONFIRM_TTL_MINUTES} minutes. Do not share it with anyone.`}</Note>}
        <Note>{`The link is valid for ${RESET_TTL_MINUTES} minutes and works once. A newer email replaces it.`}</Note>
        <Note>{REASONS[why].note}</Note>
      </Notes>
    </Layout>
  );
}
