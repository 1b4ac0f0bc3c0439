import { safeRedirect } from "@/lib/wire/safe-redirect";

/** The query of a page's address, untrusted. */
export type SearchParams = Promise<Record<string, string | string[] | undefined>>;

/** One parameter as text. A parameter that is given twice counts as missing. */
export async function param(searchParams: SearchParams, name: string): Promise<string | undefined> {
  const value = (await searchParams)[name];
  return typeof value === "string" ? value : undefined;
}

/** The safe path that the visitor wanted, or undefined for none. */
export async function destination(searchParams: SearchParams): Promise<string | undefined> {
  const to = await param(searchParams, "to");
  return to ? safeRedirect(to) : undefined;
}
