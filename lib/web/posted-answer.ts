import { env } from "@/lib/env";
import { ProviderAnswer } from "@/lib/oauth/provider-answer";

const CALLBACK = /^\/(callback\/[\w-]+|auth\/v1\/callback)$/;

/**
 * Some third parties, like Apple, post their answer instead of putting it into the address. Such a post starts on their site and
 * carries none of our cookies. So we redirect it to a plain visit, which does.
 * Our own forms on that page have another content type.
 */
export async function redirectPostedAnswer(request: Request): Promise<Response | null> {
  if (request.method !== "POST") return null;
  const { pathname } = new URL(request.url);
  const isForm = request.headers.get("content-type")?.startsWith("application/x-www-form-urlencoded");
  if (!isForm || !CALLBACK.test(pathname)) return null;
  const posted = Object.fromEntries(new URLSearchParams(await request.text()));
  const answer = Object.entries(ProviderAnswer.parse(posted)).filter((field): field is [string, string] => !!field[1]);
  const location = `${env().APP_URL}${pathname}?${new URLSearchParams(answer)}`;
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
