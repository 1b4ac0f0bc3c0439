import { newIp } from "@/tests/support/http-client";
import { PASSWORD } from "@/tests/support/people";

type Drawn = {
  status: number;
  location: string;
  message: string;
  state: string;
  html: string;
  headers: Headers;
};
export type Visit = (path: string, fields?: Record<string, string>) => Promise<Drawn>;

/** A browser that gets and posts forms, keeps cookies in `jar`, and reads the state of a form from the markup. */
export function browser(
  send: (path: string, init: RequestInit) => Response | Promise<Response>,
  jar = new Map<string, string>(),
): Visit {
  const from = newIp();
  return async (path, fields) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await send(path, {
      redirect: "manual",
      headers: { cookie, "x-forwarded-for": from },
      ...(fields && { method: "POST", body: new URLSearchParams(fields) }),
    });
    for (const header of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = header.match(/^([^=]+)=([^;]*)/) ?? [];
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    const html = await response.text();
    return {
      status: response.status,
      location: response.headers.get("location") ?? "",
      message: html.match(/data-slot="message">([^<]*)</)?.[1] ?? "",
      state: html.match(/name="action" value="(\w+)"/)?.[1] ?? "",
      html,
      headers: response.headers,
    };
  };
}

/**
 * A person of this address goes from the app to the sign-in form, signs in, and is sent back.
 * @param url the address of the server at `serverUrl` to which the app sends them
 * @returns the app's address to which they come back
 */
export async function comeBack(serverUrl: string, url: string, email: string): Promise<URL> {
  const visit = browser((path, init) => fetch(serverUrl + path, init));
  const form = await visit(url.slice(serverUrl.length));
  const { location } = await visit(form.location, { email, password: PASSWORD });
  return new URL(location);
}
