import type { Page } from "@playwright/test";
import { startDemoProvider } from "../../lib/cli/demo-provider.mjs";

/** The provider's name on buttons: "Continue with Example ID". */
export const PROVIDER_NAME = "Example ID";

/**
 * The certified `oidc-provider` for browser tests, on another host than the site, as providers are.
 * @returns the settings that switch it on, and how to stop it
 */
export async function startOidcProvider(siteUrl: string) {
  const redirectUris = ["callback/oidc", "api/connect/oidc/callback", "auth/v1/callback"].map(
    (path) => `${siteUrl}/${path}`,
  );
  const { issuer, clientId, clientSecret, close } = await startDemoProvider({ redirectUris, host: "127.0.0.1" });
  const settings = {
    AUTH_OIDC_ID: clientId,
    AUTH_OIDC_SECRET: clientSecret,
    AUTH_OIDC_ISSUER: issuer,
    AUTH_OIDC_NAME: PROVIDER_NAME,
  };
  return { settings, close };
}

/** On the provider's page: chooses the person. An empty email means none. */
export async function agreeAs(
  page: Page,
  who: { email: string; name?: string; picture?: string; confirmed?: boolean },
): Promise<void> {
  await page.getByRole("heading", { name: "Demo provider" }).waitFor();
  await page.getByLabel("Email", { exact: true }).fill(who.email);
  await page.getByLabel("Name").fill(who.name ?? "");
  await page.getByLabel("Picture").fill(who.picture ?? "");
  await page.getByLabel("The email is confirmed").setChecked(who.confirmed ?? true);
  await page.getByRole("button", { name: "Continue" }).click();
}
