import { env, oauthEnv } from "@/lib/env";
import { singleton } from "@/lib/singleton";
import { emptyStock } from "@/lib/stock";
import { type CustomProvider, customProvider } from "./custom-provider";
import { register } from "./own-providers";
import type { OAuthProvider } from "./provider";
import { PROVIDERS, type ProviderRecipe } from "./providers";
import { isVerified } from "./raw-profile";
import { strapiFacade } from "./strapi-facade";

const providers = singleton("providers", () => new Map<string, OAuthProvider>());
let registered = false;

/** Providers that were added at run time. Those of own-providers.ts come first, once the environment can be read. */
function added(): Map<string, OAuthProvider> {
  if (registered) return providers;
  registered = true;
  try {
    register({ strapi: strapiFacade(registry) });
  } catch (error) {
    registered = false;
    throw error;
  }
  return providers;
}

/**
 * All providers: those of `providers.ts` that have keys, and those added at run time, which replace one of the same
 * name. The methods are those of Strapi's `providers-registry`.
 */
export const registry = {
  /** Adds a provider, or replaces it. @throws {TypeError} when the name cannot be part of an address. */
  add(name: string, provider: CustomProvider): void {
    added().set(name, customProvider(name, provider, registry.getAll));
    emptyStock();
  },
  /** Takes back what was added. */
  remove(name: string): void {
    added().delete(name);
    emptyStock();
  },
  get(name: string): OAuthProvider | undefined {
    return Object.hasOwn(registry.getAll(), name) ? registry.getAll()[name] : undefined;
  },
  getAll(): Record<string, OAuthProvider> {
    const known = PROVIDERS.map(withKeys).filter((provider) => provider !== null);
    return Object.fromEntries([...known, ...added().values()].map((provider) => [provider.id, provider]));
  },
};

export type Registry = typeof registry;

/** The provider people can sign in with, or null when there is none of this id or it is off. */
export function findProvider(id: string): OAuthProvider | null {
  const provider = registry.get(id);
  return provider?.enabled ? provider : null;
}

/** What people call a provider; its id where it is off. */
export function nameOfProvider(id: string): string {
  return findProvider(id)?.name ?? id;
}

/** The providers that have a button. */
export function enabledProviders(): { id: string; name: string }[] {
  return Object.values(registry.getAll())
    .filter(({ enabled }) => enabled)
    .map(({ id, name }) => ({ id, name }));
}

function withKeys(recipe: ProviderRecipe): OAuthProvider | null {
  const { id, create, mendMetadata, pictureHosts, provesEmail = isVerified } = recipe;
  const keys = oauthEnv(id);
  if (!keys || (recipe.developmentOnly && env().production)) return null;
  const config = (http: typeof fetch) => create({ ...keys }, http);
  return {
    id,
    name: keys.name ?? recipe.name,
    icon: id,
    enabled: true,
    config,
    provesEmail,
    mendMetadata,
    pictureHosts,
  };
}
