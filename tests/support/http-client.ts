import { randomInt } from "node:crypto";

/** The answer to a request. */
export type Answer = {
  status: number;
  headers: Headers;
  text: string;
  /** The JSON body, or `{}` if the body is not JSON. Of any shape, because each test knows what it expects. */
  body: Record<string, never> & Record<string, unknown>;
  /** The address that it redirects to. */
  location: string | null;
  /** The session's token, if the answer begins a session. */
  session: string | null;
  /** Milliseconds until the end of the answer. */
  ms: number;
};

type Headered = { headers?: Record<string, string> };

const SESSION_COOKIE = /authjs\.session-token=([^;]+)/;
const LAST_ADDRESS = 2 ** 24;

let addresses = randomInt(LAST_ADDRESS);
/** An address that no client had before, so that the limits of one test are not the limits of another. */
export function newIp(): string {
  addresses = (addresses + 1) % LAST_ADDRESS;
  return `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
}

/**
 * A client of a test server: a browser without JavaScript, React's script in a browser, or a program that speaks JSON.
 * It follows no redirect and keeps no cookie. Test servers trust one proxy, so the client itself names its address.
 */
export class HttpClient {
  private readonly headers: Record<string, string>;
  private readonly site: string;

  /**
   * @param url where the server listens
   * @param given.session the token of its session
   * @param given.cookie the cookies it sends: `cookiesOf` an answer
   * @param given.site the server's own origin, if that is not `url`
   */
  constructor(
    readonly url: string,
    given: { session?: string; cookie?: string; site?: string; ip?: string } = {},
  ) {
    this.site = given.site ?? url;
    this.headers = { "x-forwarded-for": given.ip ?? newIp() };
    const name = this.site.startsWith("https:") ? "__Host-authjs.session-token" : "authjs.session-token";
    if (given.cookie) this.headers.cookie = given.cookie;
    if (given.session) this.headers.cookie = `${name}=${given.session}`;
  }

  /** Sends any request. */
  async ask(path: string, init: RequestInit & Headered = {}): Promise<Answer> {
    const begun = performance.now();
    const headers = { ...this.headers, ...init.headers };
    const response = await fetch(this.url + path, { ...init, headers, redirect: "manual" });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: parsed(text),
      location: response.headers.get("location"),
      session: SESSION_COOKIE.exec(response.headers.getSetCookie().join("\n"))?.[1] ?? null,
      ms: performance.now() - begun,
    };
  }

  /** Asks for a page. */
  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask(path, { headers: { accept: "text/html", ...headers } });
  }

  /** Sends a request of a program. `body` goes as JSON, or as it is if it is text. */
  call(method: string, path: string, { body, headers }: { body?: unknown } & Headered = {}): Promise<Answer> {
    const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    return this.ask(path, { method, headers: { ...type, ...headers }, body: text });
  }

  /** Fills in the form of a page that has this button, or a field of this name, and posts it as a browser without JavaScript does. */
  async submit(path: string, button: string, fields: Record<string, string>, headers?: Record<string, string>) {
    return this.post(path, await this.form(path, button), fields, headers);
  }

  /** The hidden fields of a page's form: the action's id, and the values it is bound to. They are the same for every visitor of a build. */
  async form(path: string, button: string): Promise<Record<string, string>> {
    return hiddenFields((await this.get(path)).text, button);
  }

  /** Posts a form whose hidden fields are known. */
  post(
    path: string,
    hidden: Record<string, string>,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...hidden, ...fields })) body.append(name, value);
    return this.ask(path, { method: "POST", body, headers: { accept: "text/html", origin: this.site, ...headers } });
  }

  /** Calls a server action by its id, as React does in a browser. */
  callAction(id: string, args: unknown, headers: Record<string, string> = {}, path = "/login"): Promise<Answer> {
    const react = { "next-action": id, "content-type": "text/plain;charset=UTF-8", accept: "text/x-component" };
    const body = typeof args === "string" ? args : JSON.stringify(args);
    return this.ask(path, { method: "POST", body, headers: { ...react, origin: this.site, ...headers } });
  }

  /** Signs in through Strapi's JSON interface, which needs no page first. */
  signInByApi(identifier: string, password: string): Promise<Answer> {
    return this.call("POST", "/api/auth/local", { body: { identifier, password } });
  }
}

/** `name=value` of the cookies that an answer sets. */
export function cookiesOf({ headers }: { headers: Headers }): string {
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

/** An answer without the parts that always differ: the nonce, the date, ids of parts of the page. */
export function comparable({ status, headers, text }: Answer, ...own: string[]): unknown {
  const nonce = headers.get("content-security-policy")?.match(/nonce-([^']+)/)?.[1] ?? "no nonce";
  const body = [nonce, ...own].reduce((left, mine) => left.replaceAll(mine, "…"), text);
  const cookies = headers.getSetCookie().map((cookie) => cookie.split("=")[0]);
  return { status, location: headers.get("location"), names: [...headers.keys()].sort(), cookies, body };
}

function hiddenFields(html: string, button: string): Record<string, string> {
  const forms = html.match(/<form.*?<\/form>/gs) ?? [];
  const form = forms.find((each) => each.includes(`>${button}</button>`) || each.includes(`name="${button}"`));
  if (!form) throw new Error(`There is no form with “${button}”`);
  const inputs = form.match(/<input[^>]*type="hidden"[^>]*>/g) ?? [];
  return Object.fromEntries(inputs.map((input) => [attributeOf(input, "name"), attributeOf(input, "value")]));
}

/** An attribute of a tag as the browser reads it, or "". */
export function attributeOf(tag: string, name: string): string {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  return value
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

function parsed(text: string): Answer["body"] {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
