import { env } from "@/lib/env";
import { links } from "@/lib/routes";
import { buttonPage } from "@/lib/wire/button-page";
import { SETTINGS } from "./settings";

const EVENT = "event";

/** The entry of MEDUSA_STOREFRONT_URL for an actor: its storefront's address, "event", or null for our own pages. */
function storefrontOf(actor: string): string | null {
  const entries = env().MEDUSA_STOREFRONT_URL.map((entry) => entry.match(/^(?:([a-z_]+)=)?(.+)$/) ?? []);
  const own = entries.find(([, name]) => name === actor) ?? entries.find(([, name]) => name === undefined);
  return own?.[2] ?? null;
}

/** The links in an actor's mails: to the storefront's pages, named as in Medusa's guides, or to ours. */
export function linksFor(actor: string, email: string) {
  const storefront = storefrontOf(actor);
  if (storefront === null) return links;
  if (storefront === EVENT) return { ...links, eventOnly: true };
  return {
    ...links,
    resetPassword: (token: string) => pageOf(storefront, "reset-password", { token, email }),
    verifyEmail: (token: string) =>
      SETTINGS.openingConfirms
        ? pageOf(storefront, "verify-email", { code: token, email })
        : buttonPage(token, `/auth/verification/confirm?${new URLSearchParams({ code: token, actor })}`),
  };
}

/** The storefront's page that confirms by this code; null without a storefront. */
export function confirmPage(actor: string, code: string, email: string): string | null {
  const storefront = storefrontOf(actor);
  return storefront === null || storefront === EVENT ? null : pageOf(storefront, "verify-email", { code, email });
}

/** The link in an invitation's mail, to the admins' front end. Null without one: then no mail goes. */
export function inviteLink(email: string): ((token: string) => string) | null {
  const storefront = storefrontOf("user");
  if (storefront === null || storefront === EVENT) return null;
  return (token) => pageOf(storefront, "invite", { token, email });
}

function pageOf(storefront: string, page: string, query: Record<string, string>): string {
  return `${storefront.replace(/\/$/, "")}/${page}?${new URLSearchParams(query)}`;
}
