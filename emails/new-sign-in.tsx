import { Facts, Layout, Paragraph, WasItYou } from "./layout";
import { label, moment } from "./words";

type NewSignInProps = { at: Date; device: string; ip: string | null };

/** After a sign-in from a device that this account has not been used on before. */
export function NewSignIn({ at, device, ip }: NewSignInProps) {
  return (
    <Layout title="New sign-in to your account" preview="If this was you, there is nothing to do.">
      <Paragraph>Your account was used to sign in on a device that we have not seen before.</Paragraph>
      <Facts facts={{ When: moment(at), Device: label(device), ...(ip && { "IP address": label(ip) }) }} />
      <WasItYou />
    </Layout>
  );
}
