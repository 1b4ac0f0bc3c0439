import GitHub from "@auth/core/providers/github";
import { z } from "zod";
import { env, type ProviderKeys } from "@/lib/env";
import type { ProviderConfig } from "./provider";
import { ProviderFault } from "./transport";

const API = "https://api.github.com";

const User = z.looseObject({ id: z.number() });
const Emails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/**
 * GitHub, with another way to the email. The one in the public profile says nothing about being confirmed, and
 * Auth.js takes the primary address whether it is or not. Here `email_verified` says so.
 */
export function github(keys: ProviderKeys, http: typeof fetch): ProviderConfig {
  const config = GitHub(keys);
  return {
    ...config,
    userinfo: {
      url: `${API}/user`,
      async request({ tokens }: { tokens: { access_token?: string } }) {
        const headers = { authorization: `Bearer ${tokens.access_token}`, accept: "application/vnd.github+json" };
        const ask = async (path: string) => {
          const answer = await http(`${API}${path}`, { headers: { ...headers, "user-agent": env().APP_URL } });
          if (!answer.ok) throw new ProviderFault(`status_${answer.status}`);
          return answer.json();
        };
        const [user, emails] = await Promise.all([ask("/user"), ask("/user/emails")]);
        const primary = Emails.parse(emails).find((entry) => entry.primary);
        return { ...User.parse(user), email: primary?.email ?? null, email_verified: primary?.verified ?? false };
      },
    },
  };
}
