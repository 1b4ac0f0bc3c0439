import { AsyncLocalStorage } from "node:async_hooks";

/** A browser as `next/headers` sees it: the cookies it holds and the headers it sends. */
export type Browser = {
  jar: Map<string, string>;
  headers: Headers;
  /** Each Set-Cookie that it got, oldest first. An empty value deletes. */
  received: { name: string; value: string; options: CookieOptions }[];
};

export type CookieOptions = {
  httpOnly?: boolean;
  secure?: boolean;
  sameSite?: string;
  path?: string;
  domain?: string;
  maxAge?: number;
  expires?: Date;
};

export function newBrowser(headers: Record<string, string> = {}): Browser {
  return { jar: new Map(), headers: new Headers({ "user-agent": FIREFOX, ...headers }), received: [] };
}

export const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const requests = new AsyncLocalStorage<Browser>();
let open: Browser | undefined;

/** Makes one request from this browser: everything `work` awaits sees its cookies. */
export function from<T>(browser: Browser, work: () => Promise<T>): Promise<T> {
  return requests.run(browser, work);
}

/** From now on requests that name no browser come from this one. For code that a framework calls back. */
export function openBrowser(browser: Browser): void {
  open = browser;
}

function asking(): Browser {
  const browser = requests.getStore() ?? open;
  if (!browser) throw new Error("Nobody makes a request here: use from(browser, work)");
  return browser;
}

// `vi.mock("next/headers", () => import("@/tests/support/browser"))` puts these functions in place of Next's own.

export async function headers(): Promise<Headers> {
  return asking().headers;
}

export async function cookies() {
  const { jar, received } = asking();
  const write = (name: string, value: string, options: CookieOptions) => {
    received.push({ name, value, options });
    if (value) jar.set(name, value);
    else jar.delete(name);
  };
  return {
    get: (name: string) => (jar.has(name) ? { name, value: jar.get(name) ?? "" } : undefined),
    set: (name: string, value: string, options: CookieOptions = {}) => write(name, value, options),
    delete: ({ name, ...options }: CookieOptions & { name: string }) => write(name, "", options),
  };
}

/** The address of a call of Next's `redirect()`. @throws without one */
export async function redirectOf(work: Promise<unknown>): Promise<string> {
  const thrown = await work.then(
    (value) => {
      throw new Error(`No redirect, but ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
  const digest = String((thrown as { digest?: unknown })?.digest ?? "");
  if (!digest.startsWith("NEXT_REDIRECT;")) throw thrown;
  return digest.split(";").slice(2, -2).join(";");
}

/** A form as the browser posts it. */
export function form(values: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.append(name, value);
  return data;
}
