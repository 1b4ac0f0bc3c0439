import * as actions from "./actions";
import type { AuthActionResponse, AuthProvider } from "./contract";
import { onError } from "./on-error";

const UNREACHABLE = {
  name: "Network Error",
  message: "We could not reach the server. Check your connection and try again.",
};

/** Methods always resolve, also when the network fails. */
function reaching<Params extends unknown[], Answer>(call: (...params: Params) => Promise<Answer>, otherwise: Answer) {
  return async (...params: Params): Promise<Answer> => {
    try {
      return await call(...params);
    } catch {
      return otherwise;
    }
  };
}

const failed = { success: false, error: UNREACHABLE };

/**
 * Leaves for the third party of `login({ providerName })`. The promise never resolves: an answer would let the router navigate
 * elsewhere before the browser has left.
 */
async function login(params: unknown): Promise<AuthActionResponse> {
  const answer = await reaching(actions.login, failed)(params);
  const { redirectTo } = answer;
  if (!redirectTo || !URL.canParse(redirectTo)) return answer;
  window.location.assign(redirectTo);
  return new Promise(() => {});
}

/** The providers that have a button: `<AuthPage type="login" providers={await enabledProviders()} />`. None when offline. */
export const enabledProviders = reaching(actions.enabledProviders, []);

/** refine's ten methods for the browser: `<Refine authProvider={authProvider}>`, or call them from any client component. */
export const authProvider: AuthProvider = {
  login,
  logout: reaching(actions.logout, failed),
  // Offline is not signed out: no `redirectTo`, no `logout`.
  check: reaching(actions.check, { authenticated: false, error: UNREACHABLE }),
  onError,
  register: reaching(actions.register, failed),
  forgotPassword: reaching(actions.forgotPassword, failed),
  updatePassword: reaching(actions.updatePassword, failed),
  updateIdentity: reaching(actions.updateIdentity, failed),
  getPermissions: reaching(actions.getPermissions, null),
  getIdentity: reaching(actions.getIdentity, null),
};
