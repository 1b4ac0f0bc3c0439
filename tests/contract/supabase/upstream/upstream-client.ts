import { createHash, randomUUID } from "node:crypto";
import { GoTrueAdminApi, GoTrueClient, type GoTrueClientOptions, type Session } from "@supabase/auth-js";
import { type ApiServer, startApiServer } from "@/tests/support/api-server";
import { newIp } from "@/tests/support/http-client";
import { PASSWORD } from "@/tests/support/people";

export const KEY = "lk_service_of-these-tests";
const hash = createHash("sha256").update(KEY).digest("hex");

/** The production build with the settings of the original's suite: it needs no proof of an address, and an operator has a key. */
export function startUpstreamServer(settings: Record<string, string> = {}): Promise<ApiServer> {
  return startApiServer({
    AUTH_REQUIRE_EMAIL_VERIFICATION: "false",
    SUPABASE_SERVICE_KEYS: `office:${hash}`,
    ...settings,
  });
}

export const newEmail = () => `${randomUUID().slice(0, 13)}@example.com`;
/** An id that no user, factor or passkey has. */
export const NO_ID = "83fd9e20-7a80-46e4-bf29-a86e3d6bbf66";
/** The invalid address of the original's suite. */
export const NO_EMAIL = "xx:;x@x.x";
export const SOON = () => Math.floor(Date.now() / 1000) + 3_600;
export const AGO = () => Math.floor(Date.now() / 1000) - 3_600;

type Options = Partial<GoTrueClientOptions>;

/** The unmodified client, and `change`, by which a test changes the session in the client's storage. */
export function storedClient({ url }: ApiServer, options: Options = {}) {
  const kept = new Map<string, string>();
  const storageKey = randomUUID();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
  const auth = new GoTrueClient({
    url: `${url}/auth/v1`,
    headers: { "x-forwarded-for": newIp() },
    autoRefreshToken: false,
    persistSession: true,
    storageKey,
    storage,
    ...options,
  });
  const change = (more: object) =>
    storage.setItem(storageKey, JSON.stringify({ ...JSON.parse(kept.get(storageKey) ?? "{}"), ...more }));
  return { auth, change };
}

/** A person who has just signed up, and the client in their session. */
export async function signedUp(server: ApiServer, options: Options = {}, data = {}) {
  const client = storedClient(server, options);
  const email = newEmail();
  const answer = await client.auth.signUp({ email, password: PASSWORD, options: { data } });
  if (!answer.data.session) throw new Error("There is no session", { cause: answer.error });
  const session: Session = answer.data.session;
  return { ...client, email, session };
}

/** The unmodified client of an operator. */
export function operator({ url }: ApiServer): GoTrueAdminApi {
  const headers = { apikey: KEY, Authorization: `Bearer ${KEY}`, "x-forwarded-for": newIp() };
  return new GoTrueAdminApi({ url: `${url}/auth/v1`, headers });
}
