import { Action, Facts, Layout, Note, Notes, Paragraph } from "./layout";
import { moment } from "./words";

/** As soon as an admin asks for a reset of a person's factors, with the link that stops it. */
export function FactorReset({ due, url }: { due: Date; url: string }) {
  return (
    <Layout
      title="Your passkeys and authenticator apps will be removed"
      preview="If you did not ask for this, stop it."
    >
      <Paragraph>
        An admin asked to remove your authenticator apps, passkeys and recovery codes, as is done for people who have
        lost theirs. After that, your password or a code by email is enough to sign in.
      </Paragraph>
      <Facts facts={{ "Not before": moment(due) }} />
      <Paragraph>If you asked for it, there is nothing to do. If you did not, stop it:</Paragraph>
      <Action href={url}>Keep my passkeys and apps</Action>
      <Notes>
        <Note>If you did not ask for it, tell the people who run this site.</Note>
      </Notes>
    </Layout>
  );
}
