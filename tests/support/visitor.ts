/** What a request came to. `ms`: how long it took until the whole answer was there. */
export type Answer = { status: number; location: string | null; cookie: string | null; ms: number; body: string };

const SESSION_COOKIE = /authjs\.session-token=([^;]+)/;

/** A browser without JavaScript, as far as the server can tell. `session` is its session token, if it has one. */
export class Visitor {
  /** Where it comes from: test servers trust one proxy. */
  private readonly address = `10.9.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}`;

  /** @param site the address that the pages believe to have, where that is not the server's own */
  constructor(
    readonly url: string,
    readonly session?: string,
    readonly site = url,
  ) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, { headers: { accept: "text/html", ...headers } });
  }

  /** Fills in the first form of a page and sends it. */
  async submit(path: string, values: Record<string, string>): Promise<Answer> {
    return this.post(path, await this.form(path), values);
  }

  /** The hidden fields of a page's first form: they are the same for every visitor of a build. */
  async form(path: string): Promise<[string, string][]> {
    const { body } = await this.get(path);
    const form = /<form[^>]*method="POST"[\s\S]*?<\/form>/i.exec(body)?.[0] ?? "";
    const hidden = form.match(/<input[^>]*type="hidden"[^>]*>/g) ?? [];
    return hidden.map((input) => [attribute(input, "name"), attribute(input, "value")]);
  }

  post(path: string, hidden: [string, string][], values: Record<string, string>): Promise<Answer> {
    const body = new FormData();
    for (const [name, value] of [...hidden, ...Object.entries(values)]) body.append(name, value);
    return this.send(path, { method: "POST", headers: { accept: "text/html", origin: this.site }, body });
  }

  /** Signs in through the JSON interface, which needs no page first. */
  signInByApi(identifier: string, password: string): Promise<Answer> {
    const headers = { "content-type": "application/json", accept: "application/json" };
    return this.send("/api/auth/local", { method: "POST", headers, body: JSON.stringify({ identifier, password }) });
  }

  private async send(path: string, init: RequestInit): Promise<Answer> {
    const begun = performance.now();
    const headers = new Headers(init.headers);
    headers.set("x-forwarded-for", this.address);
    if (this.session) headers.set("cookie", `authjs.session-token=${this.session}`);
    const response = await fetch(this.url + path, { ...init, headers, redirect: "manual" });
    const body = await response.text();
    const cookie = SESSION_COOKIE.exec(response.headers.getSetCookie().join("\n"))?.[1] ?? null;
    const { status } = response;
    return { status, location: response.headers.get("location"), cookie, ms: performance.now() - begun, body };
  }
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  return value
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
