import { changePassword } from "@/lib/auth/change-password";
import { changeRole } from "@/lib/auth/change-role";
import { confirmCode } from "@/lib/auth/confirm-email";
import { confirmEmailChange } from "@/lib/auth/confirm-email-change";
import { deleteAccount } from "@/lib/auth/delete-account";
import { signInByCode } from "@/lib/auth/email-code/sign-in-by-mail";
import { login } from "@/lib/auth/login";
import { setUserDisabled } from "@/lib/auth/manage-users";
import { fail, type Result } from "@/lib/auth/model/errors";
import type { Principal } from "@/lib/auth/model/principal";
import { refreshSession } from "@/lib/auth/refresh-session";
import { confirmResetCode } from "@/lib/auth/reset-by-code";
import { resetPassword } from "@/lib/auth/reset-password";
import { findPrincipal } from "@/lib/auth/store/sessions";
import { disconnectAccount } from "@/lib/oauth/link-account";
import { client, links } from "./people";

/** The values of one request, as text. `session` is the token of the signed-in person, `ip` the client's address. */
export type Run = Partial<
  Record<"session" | "token" | "code" | "id" | "email" | "password" | "newPassword", string>
> & {
  ip: string;
  /** How long it waits after the order, so that over many rounds the requests meet at every point. */
  afterMs?: number;
};

/** What a process does with a run: one request, as a surface would make it. */
export const RUNNERS = {
  login: ({ email = "", password = "", ip }) => login({ email, password }, client(ip), links),
  confirmCode: ({ id = "", code = "", ip }) => confirmCode({ verificationId: id, code }, client(ip)),
  signInByCode: ({ id = "", code = "", ip }) => signInByCode({ verificationId: id, code }, client(ip)),
  confirmResetCode: ({ id = "", code = "", ip }) => confirmResetCode({ verificationId: id, code }, client(ip)),
  reset: ({ token = "", newPassword = "", ip }) => resetPassword({ token, newPassword }, client(ip)),
  refresh: ({ token = "", ip }) => refreshSession({ refreshToken: token }, client(ip)),
  disconnect: (run) =>
    signedIn(run, (principal) => disconnectAccount(principal, { accountId: run.id ?? "" }, client(run.ip))),
  changePassword: (run) =>
    signedIn(run, (principal) => {
      const { password = "", newPassword = "" } = run;
      return changePassword(principal, { currentPassword: password, newPassword }, client(run.ip));
    }),
  confirmEmailChange: (run) =>
    signedIn(run, (principal) => confirmEmailChange({ token: run.token ?? "", principal }, client(run.ip))),
  demote: (run) =>
    signedIn(run, (principal) => changeRole(principal, { userId: run.id ?? "", role: "user" }, client(run.ip))),
  disable: (run) => signedIn(run, (principal) => setUserDisabled(principal, run.id ?? "", true)),
  deleteAccount: (run) =>
    signedIn(run, (principal) => deleteAccount(principal, { currentPassword: run.password ?? "" }, client(run.ip))),
} satisfies Record<string, (run: Run) => Promise<Result<unknown>>>;

export type RunnerName = keyof typeof RUNNERS;

async function signedIn<T>(
  { session = "" }: Run,
  work: (principal: Principal) => Promise<Result<T>>,
): Promise<Result<T>> {
  const principal = await findPrincipal(session);
  return principal ? work(principal) : fail("unauthenticated");
}
