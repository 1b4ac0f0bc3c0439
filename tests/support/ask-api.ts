type Api = Record<"GET" | "POST" | "DELETE", (request: Request) => Promise<Response>>;
type Sent = {
  method?: keyof Api;
  /** Sent as JSON. */
  body?: object;
  form?: Record<string, string>;
  token?: string;
  cookie?: string;
};

/** Calls a dialect's routes as if over a network. Posts if there is a body or a form, else gets. */
export async function askApi(api: Api, url: string, { method, body, form, token, cookie }: Sent = {}) {
  const posted = form ? new URLSearchParams(form) : body && JSON.stringify(body);
  const verb = method ?? (posted ? "POST" : "GET");
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(cookie && { cookie }),
    ...(body && { "content-type": "application/json" }),
  };
  const response = await api[verb](new Request(url, { method: verb, headers, body: posted }));
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return {
    status: response.status,
    headers: response.headers,
    location: response.headers.get("location"),
    text,
    body: isJson ? JSON.parse(text) : {},
  };
}

/** A browser without JavaScript, which keeps the cookies that an API sets in `jar`. */
export function apiBrowser(origin: string) {
  const jar = new Map<string, string>();
  const visit = async (api: Api, path: string, form?: Record<string, string>) => {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await askApi(api, origin + path, { cookie, form });
    for (const header of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = header.match(/^([^=]+)=([^;]*)/) ?? [];
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    return answer;
  };
  return { jar, visit };
}
