import { RESET_TTL_MINUTES } from "@/lib/validity";
import { Action, Layout, Note, Notes, Paragraph } from "./layout";

/** The link that sets a new password. */
export function ResetPassword({ url }: { url: string }) {
  return (
    <Layout title="Reset your password" preview="Your link to set a new password.">
      <Paragraph>Someone, we hope you, asked to set a new password for your account.</Paragraph>
      <Action href={url}>Set a new password</Action>
      <Notes>
        <Note>{`The link is valid for ${RESET_TTL_MINUTES} minutes and works once. A newer mail replaces it.`}</Note>
        <Note>If you did not ask for this, ignore this mail: your password stays as it is.</Note>
      </Notes>
    </Layout>
  );
}
