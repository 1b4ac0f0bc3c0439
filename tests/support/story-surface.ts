import { changePassword } from "@/lib/auth/change-password";
import { confirmCode } from "@/lib/auth/confirm-email";
import { forgotPassword } from "@/lib/auth/forgot-password";
import { login } from "@/lib/auth/login";
import { refreshSession, startRefreshing } from "@/lib/auth/refresh-session";
import { register } from "@/lib/auth/register";
import { resetPassword } from "@/lib/auth/reset-password";
import { revokeAllSessions } from "@/lib/auth/sign-out";
import { findPrincipal, type NewSession } from "@/lib/auth/store/sessions";
import { signInWithProfile } from "@/lib/oauth/sign-in";
import { outbox } from "./outbox";
import { client, links } from "./people";
import type { Surface, Tokens } from "./sequences";

/** A person who uses the stories themselves, as our pages do. */
export function storySurface(): Surface {
  const at = client();
  const begin = async (session: NewSession | null): Promise<Tokens | null> =>
    session && { token: session.token, refreshToken: await startRefreshing(session) };
  return {
    async register(email, password) {
      const done = await register({ email, password, profile: { name: "Person" } }, at, links);
      if (!done.ok || done.value.status !== "pending") return null;
      const code = (await outbox(email)).findLast((mail) => mail.code)?.code ?? "";
      return `${done.value.verificationId} ${code}`;
    },
    async confirm(_, proof) {
      const [verificationId = "", code = ""] = proof.split(" ");
      const done = await confirmCode({ verificationId, code }, at);
      return done.ok ? { session: await begin(done.value.session), ownPassword: true } : null;
    },
    async signIn(email, password) {
      const done = await login({ email, password, remember: true }, at, links);
      return done.ok && done.value.status === "signed-in" ? begin(done.value.session) : null;
    },
    forget: async (email) => void (await forgotPassword({ email }, at, links)),
    async reset(link, newPassword) {
      const token = link.searchParams.get("token") ?? "";
      const done = await resetPassword({ token, newPassword }, at);
      return done.ok ? { session: null } : null;
    },
    async changePassword({ token }, currentPassword, newPassword) {
      const principal = await findPrincipal(token);
      const done = principal && (await changePassword(principal, { currentPassword, newPassword }, at));
      return done?.ok ? begin(done.value) : null;
    },
    async signOutEverywhere({ token }) {
      const principal = await findPrincipal(token);
      return principal !== null && (await revokeAllSessions(principal)).ok;
    },
    async refresh({ token, refreshToken }) {
      const done = await refreshSession({ refreshToken }, at);
      return done.ok ? { token, refreshToken: done.value.refreshToken } : null;
    },
    isAlive: async ({ token }) => (await findPrincipal(token)) !== null,
    async signInAtProvider(email) {
      const account = { provider: "google", providerAccountId: `google-${email}`, email, emailVerified: true };
      const said = { fields: { name: "Person" }, image: null, username: null, raw: {} };
      const done = await signInWithProfile({ ...account, ...said }, at);
      return done.ok ? begin(done.value.session) : null;
    },
  };
}
