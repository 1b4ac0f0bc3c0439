import { keyedHash } from "@/lib/auth/model/secrets";
import { env } from "@/lib/env";
import { links } from "@/lib/routes";
import type { StrapiSettings } from "./settings";

/** Strapi's codes are 64 bytes in hex. Ours are the 32 bytes of the token, and 32 more that a keyed hash fills. */
const CODE = /^[0-9a-f]{128}$/;
const TOKEN_HEX_CHARACTERS = 64;

/** The code for a token. */
function codeOf(token: string): string {
  const rest = Buffer.from(keyedHash("strapi-code", token), "base64url");
  return Buffer.concat([Buffer.from(token, "base64url"), rest]).toString("hex");
}

/** The token of a code; null if the code is not ours. */
export function tokenOfCode(code: string): string | null {
  if (!CODE.test(code)) return null;
  const token = Buffer.from(code.slice(0, TOKEN_HEX_CHARACTERS), "hex").toString("base64url");
  return codeOf(token) === code ? token : null;
}

/** The links in mails: confirmations lead to this API, resets to your page with `?code=` or to ours. */
export function strapiLinks({ resetPasswordUrl }: StrapiSettings) {
  return {
    ...links,
    verifyEmail: (token: string) =>
      `${env().APP_URL}/api/auth/email-confirmation?${new URLSearchParams({ confirmation: token })}`,
    resetPassword(token: string): string {
      const url = new URL(resetPasswordUrl ?? links.resetPassword(token));
      url.searchParams.set("code", codeOf(token));
      return url.href;
    },
  };
}
