import { CONFIRM_TTL_MINUTES } from "@/lib/validity";
import { Code, Layout, Note, Notes, Paragraph } from "./layout";

/** A code to type on the page that asked for it: to confirm an address, or to set a new password. */
export function YourCode({ code }: { code: string }) {
  return (
    <Layout title="Your code" preview="Type it on the page that asked for it.">
      <Paragraph>Type this code on the page that asked for it:</Paragraph>
      <Code>{code}</Code>
      <Notes>
        <Note>{`The code is valid for ${CONFIRM_TTL_MINUTES} minutes. A newer one replaces it.`}</Note>
        <Note>
          If you did not ask for a code, ignore this email and do not share the code: nothing happens without it.
        </Note>
      </Notes>
    </Layout>
  );
}
