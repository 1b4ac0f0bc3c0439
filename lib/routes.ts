import { env } from "./env";

/** Links for mails. They start with APP_URL, never with what a request says its host is. */
export const links = {
  login: () => `${env().APP_URL}/login`,
  account: () => `${env().APP_URL}/account`,
  activity: () => `${env().APP_URL}/account/activity`,
  forgotPassword: () => `${env().APP_URL}/forgot-password`,
  verifyEmail: (token: string) => `${env().APP_URL}/verify-email?${new URLSearchParams({ token })}`,
  stopFactorReset: (token: string) => `${env().APP_URL}/stop-factor-reset?${new URLSearchParams({ token })}`,
  callback: (provider: string) => `${env().APP_URL}/callback/${provider}`,
  resetPassword: (token: string) => `${env().APP_URL}/reset-password?${new URLSearchParams({ token })}`,
  signIn: (token: string) => `${env().APP_URL}/sign-in-code?${new URLSearchParams({ token })}`,
};

/** First parts of paths, and first two, that are no place to end: interfaces, files, and pages that send signed-in or signed-out people on. */
const NO_DESTINATIONS = new Set([
  ...["api", "auth", "store", "admin/invites", "admin/users", "password", "openauth", "connect"],
  ...[".well-known", "dev", "logout"],
  ...["avatar", "icon.svg", "icon.png", "og.png", "manifest.webmanifest", "openapi.json", "robots.txt", "your-data"],
  ...["login", "register", "callback", "verify-email", "forgot-password", "reset-password"],
  ...["sign-in-code", "two-factor", "reauthenticate", "stop-factor-reset"],
]);

/** Whether people may be sent to this path of ours: a page, which keeps them and what its address carries. */
export function isDestination(pathname: string): boolean {
  try {
    const [first = "", second] = decodeURIComponent(pathname)
      .toLowerCase()
      .split(/[\\/]+/)
      .filter(Boolean);
    return !NO_DESTINATIONS.has(first) && !NO_DESTINATIONS.has(`${first}/${second}`);
  } catch {
    // The router cannot read it either.
    return false;
  }
}
