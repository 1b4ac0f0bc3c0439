import { env } from "./env";

/** Links for mails. They start with APP_URL, never with a request's Host header. */
export const links = {
  login: () => `${env().APP_URL}/login`,
  account: () => `${env().APP_URL}/account`,
  security: () => `${env().APP_URL}/account/security`,
  activity: () => `${env().APP_URL}/account/activity`,
  forgotPassword: () => `${env().APP_URL}/forgot-password`,
  verifyEmail: (token: string) => `${env().APP_URL}/verify-email?${new URLSearchParams({ token })}`,
  stopFactorReset: (token: string) => `${env().APP_URL}/stop-factor-reset?${new URLSearchParams({ token })}`,
  callback: (provider: string) => `${env().APP_URL}/callback/${provider}`,
  resetPassword: (token: string) => `${env().APP_URL}/reset-password?${new URLSearchParams({ token })}`,
  signIn: (token: string) => `${env().APP_URL}/sign-in-code?${new URLSearchParams({ token })}`,
};

/** The first one or two parts of paths where no person can stay: APIs, files, and pages that redirect signed-in or signed-out people. */
const NO_DESTINATIONS = new Set([
  ...["api", "auth", "store", "admin/invites", "admin/users", "password", "openauth", "connect"],
  ...[".well-known", "dev", "logout"],
  ...["avatar", "icon.svg", "icon.png", "og.png", "manifest.webmanifest", "openapi.json", "robots.txt", "your-data"],
  ...["login", "register", "callback", "verify-email", "forgot-password", "reset-password"],
  ...["sign-in-code", "two-factor", "reauthenticate", "stop-factor-reset"],
]);

/** Whether people may be sent to this path of ours: a page that does not redirect them, and so keeps its address's fragment. */
export function isDestination(pathname: string): boolean {
  try {
    const [first = "", second] = decodeURIComponent(pathname)
      .toLowerCase()
      .split(/[\\/]+/)
      .filter(Boolean);
    return !NO_DESTINATIONS.has(first) && !NO_DESTINATIONS.has(`${first}/${second}`);
  } catch {
    // Next's router cannot read this path either.
    return false;
  }
}
