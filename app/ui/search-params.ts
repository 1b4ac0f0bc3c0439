import { safeRedirect } from "@/lib/wire/safe-redirect";

/** What Next hands to a page: the address's query, untrusted. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** One parameter as text. Given twice, it counts as not given. */
export async function param(searchParams: SearchParams, name: string): Promise<string | undefined> {
  const value = (await searchParams)[name];
  return typeof value === "string" ? value : undefined;
}

/** Where the visitor wanted to go, as a safe path, or undefined when nothing was asked for. */
export async function destination(searchParams: SearchParams): Promise<string | undefined> {
  const to = await param(searchParams, "to");
  return to ? safeRedirect(to) : undefined;
}
