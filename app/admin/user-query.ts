import { param, type SearchParams } from "@/app/ui/search-params";
import type { UserQuery } from "@/lib/auth/manage-users";
import { isRole, ROLES } from "@/lib/auth/model/permissions";
import type { UserPlace } from "@/lib/auth/store/user-search";

/** The roles, by name, as an admin reads them. */
export const ROLE_TITLES: Record<string, string> = Object.fromEntries(
  ROLES.map((role) => [role, `${role[0]?.toUpperCase()}${role.slice(1)}`]),
);

// The query is part of the address, so that people can keep it, share it and go back to it.

export async function readQuery(searchParams: SearchParams): Promise<UserQuery> {
  const role = await param(searchParams, "role");
  return {
    query: (await param(searchParams, "q"))?.trim().slice(0, 200) ?? "",
    role: role && isRole(role) ? role : undefined,
    isDisabled: (await param(searchParams, "state")) === "disabled",
    order: (await param(searchParams, "order")) === "oldest" ? "oldest" : "newest",
  };
}

export async function readPlace(searchParams: SearchParams): Promise<UserPlace> {
  return { older: seq(await param(searchParams, "older")), newer: seq(await param(searchParams, "newer")) };
}

export function addressOf({ query, role, isDisabled, order }: UserQuery, place: UserPlace): string {
  const search = new URLSearchParams({
    ...(query && { q: query }),
    ...(role && { role }),
    ...(isDisabled && { state: "disabled" }),
    ...(order === "oldest" && { order }),
  });
  for (const [name, number] of Object.entries(place)) search.set(name, String(number));
  return `/admin?${search}`;
}

/** The number of the user next to whom a page begins; undefined for other text. */
function seq(text: string | undefined): number | undefined {
  return text && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
