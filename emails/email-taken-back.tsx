import { links } from "@/lib/routes";
import { Action, Layout, Note, Notes, Paragraph } from "./layout";
import { address } from "./words";

/** To the address that an account loses, once the former mailbox has taken the change back. */
export function EmailTakenBack({ email }: { email: string }) {
  return (
    <Layout title="Your email address was changed back" preview="This address no longer opens the account.">
      <Paragraph>The email address of your account is no longer:</Paragraph>
      <Paragraph>
        <strong>{address(email)}</strong>
      </Paragraph>
      <Paragraph>
        The change was undone by a link that we mailed to the former address. The account has that address again, and
        all devices were signed out.
      </Paragraph>
      <Notes>
        <Note>If it was you, sign in with the former address.</Note>
        <Note>
          If it was not you, someone else can read the mailbox of that address. If you cannot, tell the people who run
          this site. If you can, change its password, then set a new one for your account:
        </Note>
        <Action href={links.forgotPassword()}>Set a new password</Action>
      </Notes>
    </Layout>
  );
}
