import type { OnErrorResponse } from "./contract";

/**
 * What an error of a data call means for the session: 401 and 403 end it, anything else does not.
 * Reads the status where fetch wrappers, refine's `HttpError` and axios put it.
 */
export async function onError(error: unknown): Promise<OnErrorResponse> {
  const status = statusOf(error);
  if (status !== 401 && status !== 403) return {};
  return {
    logout: true,
    redirectTo: "/login",
    error: { name: "Session ended", message: "Your session has ended. Sign in again to continue." },
  };
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { status, statusCode, response } = error as { status?: unknown; statusCode?: unknown; response?: unknown };
  const own = status ?? statusCode;
  return own === undefined ? statusOf(response) : Number(own);
}
