import { env } from "./env";

/** Links for mails. They start with APP_URL, never with what a request says its host is. */
export const links = {
  login: () => `${env().APP_URL}/login`,
  account: () => `${env().APP_URL}/account`,
  forgotPassword: () => `${env().APP_URL}/forgot-password`,
  verifyEmail: (token: string) => `${env().APP_URL}/verify-email?${new URLSearchParams({ token })}`,
  callback: (provider: string) => `${env().APP_URL}/callback/${provider}`,
  resetPassword: (token: string) => `${env().APP_URL}/reset-password?${new URLSearchParams({ token })}`,
};
