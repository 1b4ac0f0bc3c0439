import { startOidcProvider } from "./oidc-provider";
import { freePort, startServer } from "./server";

/**
 * One server for all browser tests, with an OpenID provider beside it. Its settings go into this process's environment, which
 * the tests' processes inherit: so direct work of a test, like making a user, uses the server's own database.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const port = await freePort();
  const provider = await startOidcProvider(`http://localhost:${port}`);
  const apps = { API_REDIRECT_URLS: "http://localhost:*/auth/callback" };
  const { settings, resendUrl, stop } = await startServer({ PORT: String(port), ...provider.settings, ...apps });
  Object.assign(process.env, settings, { RESEND_BASE_URL: resendUrl });
  return async () => {
    await stop();
    await provider.close();
  };
}
