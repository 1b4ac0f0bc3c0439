import { CONFIRM_TTL_MINUTES } from "@/lib/validity";
import { Action, Code, Facts, Layout, Note, Notes, Paragraph } from "./layout";
import { label } from "./words";

type SignInCodeProps = { code: string; url: string; device: string; ip: string | null };

/**
 * The code and the link that sign in, with the device that asked for them: a person who did not ask sees that it was not
 * theirs.
 */
export function SignInCode({ code, url, device, ip }: SignInCodeProps) {
  return (
    <Layout title="Your code to sign in" preview="Type it on the page that asked for it, or open the link.">
      <Paragraph>Type this code on the page that asked for it:</Paragraph>
      <Code>{code}</Code>
      <Paragraph>Or sign in with this link, in the browser that opens it:</Paragraph>
      <Action href={url}>Sign in</Action>
      <Notes>
        <Facts facts={{ "Requested from": label(device), ...(ip && { "IP address": label(ip) }) }} />
        <Note>{`Code and link are valid for ${CONFIRM_TTL_MINUTES} minutes. Using one of them ends both.`}</Note>
        <Note>
          If you did not ask for this, ignore this email and do not share the code: nothing happens without it.
        </Note>
      </Notes>
    </Layout>
  );
}
