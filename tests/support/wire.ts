import { randomInt } from "node:crypto";
import { SESSION_COOKIE } from "@/lib/wire/cookies";

/*
 * Our pages as bytes on the wire: what a form without JavaScript posts, and what a browser's script posts to an action.
 * Every sender comes from an address of its own.
 */

export type Answer = { status: number; headers: Headers; text: string };

/** Requests of one client to the server at `origin`. `token` is its session's, `site` what the server takes for its origin. */
export function connectClient(origin: string, token?: string, site = origin) {
  const address = `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`;
  const own: Record<string, string> = { "x-forwarded-for": address };
  if (token) own.cookie = `${SESSION_COOKIE()}=${token}`;

  async function ask(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Answer> {
    const answer = await fetch(`${origin}${path}`, {
      redirect: "manual",
      ...init,
      headers: { ...own, ...init.headers },
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  return {
    ask,
    /** Fills in the form of a page that has this button, or a field of this name, and posts it as a browser without JavaScript does. */
    async submit(path: string, button: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
      const form = new FormData();
      const filled = { ...hiddenFields((await ask(path)).text, button), ...fields };
      for (const [name, value] of Object.entries(filled)) form.append(name, value);
      return ask(path, { method: "POST", body: form, headers: { origin: site, ...headers } });
    },
    /** Calls a server action by its id, as React does in a browser. */
    call: (id: string, args: unknown, headers: Record<string, string> = {}, path = "/login") =>
      ask(path, {
        method: "POST",
        body: typeof args === "string" ? args : JSON.stringify(args),
        headers: {
          ...{ "next-action": id, "content-type": "text/plain;charset=UTF-8", accept: "text/x-component" },
          ...{ origin: site, ...headers },
        },
      }),
  };
}

/** What the page put into the form with this button: the action's id, and the values it is bound to. */
function hiddenFields(html: string, button: string): Record<string, string> {
  const forms = html.match(/<form.*?<\/form>/gs) ?? [];
  const form = forms.find((each) => each.includes(`>${button}</button>`) || each.includes(`name="${button}"`));
  if (!form) throw new Error(`There is no form with “${button}”`);
  const fields: Record<string, string> = {};
  for (const [input] of form.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = input.match(/name="([^"]*)"/)?.[1];
    const value = input.match(/value="([^"]*)"/)?.[1] ?? "";
    if (name) fields[name] = value.replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  }
  return fields;
}

/** An answer without what differs by itself: the nonce, the date, ids of parts of the page. */
export function comparable({ status, headers, text }: Answer, ...own: string[]): unknown {
  const nonce = headers.get("content-security-policy")?.match(/nonce-([^']+)/)?.[1] ?? "no nonce";
  const body = [nonce, ...own].reduce((left, mine) => left.replaceAll(mine, "…"), text);
  const cookies = headers.getSetCookie().map((cookie) => cookie.split("=")[0]);
  return { status, location: headers.get("location"), names: [...headers.keys()].sort(), cookies, body };
}
