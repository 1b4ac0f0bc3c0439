import { env } from "@/lib/env";
import type { AuthCallback } from "./provider";
import type { Registry } from "./registry";

type Run = Parameters<AuthCallback>[0] & { provider: string };

/** The part of Strapi that its guide's `register({ strapi })` uses: our registry under the name of Strapi's service. */
export function strapiFacade(registry: Registry) {
  const providersRegistry = {
    ...registry,
    /** Asks a provider's function who a person is. @throws for a provider that was not added */
    async run({ provider, ...input }: Run) {
      const authCallback = registry.get(provider)?.authCallback;
      if (!authCallback) throw new Error("Unknown auth provider");
      return authCallback(input);
    },
  };
  return {
    /** @throws {TypeError} for any other service */
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
}

export type Strapi = ReturnType<typeof strapiFacade>;
