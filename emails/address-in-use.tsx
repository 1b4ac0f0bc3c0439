import { links } from "@/lib/routes";
import { Action, Layout, Note, Notes, Paragraph, TextLink } from "./layout";

/**
 * To the owner of an address that a visitor tried to register again: the page answers as if the address were free.
 * It holds no token and no words of that visitor.
 */
export function AddressInUse() {
  return (
    <Layout title="You already have an account" preview="Someone tried to register with your email address.">
      <Paragraph>Someone tried to register with your email address, but it has an account already.</Paragraph>
      <Paragraph>If it was you, sign in instead:</Paragraph>
      <Action href={links.login()}>Sign in</Action>
      <Notes>
        <Note>
          Forgot your password? <TextLink href={links.forgotPassword()}>Ask for a reset link</TextLink>
        </Note>
        <Note>If it was not you, there is nothing to do: no account was made and yours has not changed.</Note>
      </Notes>
    </Layout>
  );
}
