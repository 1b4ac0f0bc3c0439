import * as actions from "./actions";
import type { AuthProvider } from "./contract";
import { onError } from "./on-error";

const UNREACHABLE = {
  name: "Network Error",
  message: "We could not reach the server. Check your connection and try again.",
};

/** Methods always resolve, also when the network does not. */
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

/** refine's nine methods for the browser: `<Refine authProvider={authProvider}>`, or call them from any client component. */
export const authProvider: AuthProvider = {
  login: reaching(actions.login, failed),
  logout: reaching(actions.logout, failed),
  // Offline is not signed out: no `redirectTo`, no `logout`.
  check: reaching(actions.check, { authenticated: false, error: UNREACHABLE }),
  onError,
  register: reaching(actions.register, failed),
  forgotPassword: reaching(actions.forgotPassword, failed),
  updatePassword: reaching(actions.updatePassword, failed),
  getPermissions: reaching(actions.getPermissions, null),
  getIdentity: reaching(actions.getIdentity, null),
};
