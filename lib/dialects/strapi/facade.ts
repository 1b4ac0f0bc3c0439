import { env } from "@/lib/env";
import type { AuthCallback } from "@/lib/oauth/provider";
import { registry } from "@/lib/oauth/registry";

type Run = Parameters<AuthCallback>[0] & { provider: string };

/** Strapi's service of that name: our registry, and the one method of its that only Strapi has. */
const providersRegistry = {
  ...registry,
  /** Asks a provider's function who somebody is. @throws for a provider that was not added here */
  async run({ provider, ...input }: Run) {
    const authCallback = registry.get(provider)?.authCallback;
    if (!authCallback) throw new Error("Unknown auth provider");
    return authCallback(input);
  },
};

/** As much of Strapi as its guide's `register({ strapi })` reaches for. */
export const strapi = {
  /** @throws {TypeError} for anything but the one service that there is */
  plugin: (plugin: string) => ({
    service(service: string) {
      if (plugin !== "users-permissions" || service !== "providers-registry")
        throw new TypeError(
          `There is no ${service} of ${plugin} here, only the providers-registry of users-permissions`,
        );
      return providersRegistry;
    },
  }),
  config: {
    server: {
      get url(): string {
        return env().APP_URL;
      },
    },
  },
};

export type Strapi = typeof strapi;
