import type { Refusal } from "@/lib/auth/model/errors";
import { enabledProviders } from "@/lib/oauth/registry";
import { ACTORS } from "./actors";
import { echo, medusaError } from "./errors";

export const PASSWORD_PROVIDER = "emailpass";
export const DEFAULT_ACTOR_TYPE = "customer";

/** The parameters of /auth/[actor]/[provider] and of the paths below it. */
export type ActorParams = { actor: string; provider: string };

export type ProviderRow = { id: string; identifier: string; display_name: string; flow: "credentials" | "redirect" };

/** The providers by which this actor may sign in; none for an unknown actor. */
export function providersFor(actor: string): ProviderRow[] {
  const password = { id: PASSWORD_PROVIDER, name: "Email/Password" };
  return [password, ...enabledProviders()]
    .filter(({ id }) => isListed(actor, id))
    .map(({ id, name }) => ({
      id,
      identifier: id,
      display_name: `${name} Authentication`,
      flow: id === PASSWORD_PROVIDER ? "credentials" : "redirect",
    }));
}

function isListed(actor: string, provider: string): boolean {
  const allowed = Object.hasOwn(ACTORS, actor) ? ACTORS[actor]?.providers : undefined;
  return allowed === "all" || Boolean(allowed?.includes(provider));
}

/** The refusal of an actor that may not sign in by this provider, or null. */
export function refuseProvider({ actor, provider }: ActorParams): Refusal | null {
  return providersFor(actor).some(({ id }) => id === provider) ? null : notAllowed(actor, provider);
}

/** The same for routes that must not tell which providers have keys. */
export function refuseActor({ actor, provider }: ActorParams): Refusal | null {
  return isListed(actor, provider) ? null : notAllowed(actor, provider);
}

function notAllowed(actor: string, provider: string): Refusal {
  const words = `The actor type ${echo(actor)} is not allowed to use the auth provider ${echo(provider)}`;
  return medusaError("not_allowed", words);
}
