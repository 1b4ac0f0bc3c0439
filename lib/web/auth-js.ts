import NextAuth from "next-auth";
import type { Adapter } from "next-auth/adapters";
import { rolesOf } from "@/lib/auth/model/permissions";
import { type IdentityFields, identityFieldsOf } from "@/lib/auth/model/profile";
import { signOut } from "@/lib/auth/sign-out";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { env } from "@/lib/env";
import { cookieOptions, SESSION_COOKIE } from "@/lib/wire/cookies";
import { safeRedirect } from "@/lib/wire/safe-redirect";

/** What Auth.js's session has besides name, address and picture. */
type More = { roles?: string[]; fields?: IdentityFields };

/** Auth.js requires these of an adapter. Only `lib/auth` makes users, accounts and sessions, with its limits and second factors. */
const NOT_OFFERED = [
  "createUser",
  "getUser",
  "getUserByEmail",
  "getUserByAccount",
  "updateUser",
  "linkAccount",
  "createSession",
] as const satisfies (keyof Adapter)[];

async function refuse(name: string): Promise<never> {
  throw new Error(
    `The adapter offers Auth.js no ${name}: people sign in through lib/auth, by lib/auth-provider or lib/oauth.`,
  );
}

/**
 * Auth.js over our own sessions, so that `auth()`, `useSession()` and its sign-out see people who signed in by password.
 * The cookie holds a token, the table its hash: hence sessions go through `lib/auth`. It starts none here; sign-in by
 * third parties drives its protocol code from `lib/oauth`.
 */
export const adapter: Adapter = {
  ...Object.fromEntries(NOT_OFFERED.map((name) => [name, () => refuse(name)])),
  async getSessionAndUser(sessionToken) {
    const principal = await findPrincipal(sessionToken);
    if (!principal) return null;
    const { userId, email, name, image, expires } = principal;
    const fields = identityFieldsOf(principal);
    return {
      session: { sessionToken, userId, expires },
      user: { id: userId, email, name, image, emailVerified: null, roles: rolesOf(principal), fields },
    };
  },
  // Sessions slide in `findPrincipal`, which knows which of them are remembered.
  updateSession: async () => null,
  deleteSession: signOut,
};

export const { handlers, auth } = NextAuth(() => ({
  adapter,
  providers: [],
  secret: env().AUTH_SECRET,
  trustHost: true,
  session: { strategy: "database" },
  cookies: { sessionToken: { name: SESSION_COOKIE(), options: cookieOptions() } },
  pages: { signIn: "/login", signOut: "/account", error: "/login" },
  callbacks: {
    // Auth.js passes the session token and the whole user; only these fields leave the server (SESS-19).
    session: ({ session, user }) => {
      const { name, email, image, fields, roles = [] } = user as typeof user & More;
      return { expires: session.expires, user: { ...fields, name, email, image, roles } };
    },
    redirect: ({ url }) => new URL(safeRedirect(url, "/login"), env().APP_URL).href,
  },
  logger: { error: () => {}, warn: () => {}, debug: () => {} },
}));
