import { z } from "zod";
import { BRAND } from "./brand";
import { databaseAddress } from "./postgresql-address";
import { singleton } from "./singleton";
import { TELEMETRY_SETTINGS } from "./telemetry/settings";

/** Wrong or missing variables. The message has a line for each, which names it and says how to set it, and never its value. */
export class EnvError extends Error {
  override name = "EnvError";
}

/** Values that stand in examples and tutorials: as good as none. */
const SAMPLE_SECRETS = /^(secret|changeme|change-me|password|test|example|your-?.*|replace-?.*|.*-here)$/i;
const SECRET_ADVICE = "set it to 32 or more random bytes, made with `openssl rand -base64 32`";
const isLoopback = (hostname: string) => ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
const isLong = (value: string) => Buffer.byteLength(value) >= 32;
const MIN_PRODUCTION_BCRYPT_COST = 10;

const flag = (fallback: boolean) =>
  z
    .enum(["true", "false"], "must be true or false")
    .default(fallback ? "true" : "false")
    .transform((value) => value === "true");
const number = (fallback: number, min: number, max: number) =>
  z.coerce.number(`must be a number from ${min} to ${max}`).int().min(min).max(max).default(fallback);
const list = z
  .string()
  .default("")
  .transform((value) => value.split(/[\s,]+/).filter(Boolean));
const SERVER_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/i;
/** Whether a backend can be called this in API_SERVER_KEYS, and so in the log. */
export const isServerName = (name: string) => SERVER_NAME.test(name);
const serverKeys = list
  .transform((entries) => entries.map((entry) => entry.split(":")).map(([name = "", hash = ""]) => ({ name, hash })))
  .refine((keys) => keys.every(({ name, hash }) => SERVER_NAME.test(name) && /^[0-9a-f]{64}$/.test(hash)), {
    error: "must be a list like shop:<hash>, as `npm run api-key -- shop` prints it",
  });
const origin = z
  .url({ protocol: /^https?$/, error: "must be the site's public address, like https://app.example.com" })
  .transform((value) => new URL(value).origin);

/** A function, so that only a bundle that reads the variables builds the schema: each bundle has a copy of this file. */
const schema = () =>
  z.object({
    NODE_ENV: z.string().default("development"),
    DATABASE_URL: databaseAddress(
      /^(file|libsql|postgres|postgresql):/,
      "must start with file:, libsql: or postgresql:",
    ).default("file:./prisma/dev.db"),
    DIRECT_URL: databaseAddress(
      /^postgres(ql)?:/,
      "must start with postgresql: (other databases have no roles)",
    ).optional(),
    DATABASE_POOL_SIZE: number(10, 1, 100),
    DATABASE_CONNECT_TIMEOUT_MS: number(4_000, 100, 4_300),
    DATABASE_IDLE_TIMEOUT_MS: number(10_000, 0, 3_600_000),
    // Every answer comes within five seconds, so a longer limit would have no effect.
    DATABASE_STATEMENT_TIMEOUT_MS: number(4_300, 100, 4_300),
    AUTH_SECRET: z
      .string(`is missing: ${SECRET_ADVICE}`)
      .refine(isLong, `is too short: ${SECRET_ADVICE}`)
      .refine((value) => !SAMPLE_SECRETS.test(value) && new Set(value).size > 8, {
        error: `is a sample value: ${SECRET_ADVICE}`,
      }),
    APP_URL: origin.optional(),
    PORT: number(3000, 1, 65535),
    RESEND_API_KEY: z.string().optional(),
    MAIL_FROM: z.string().default(`${BRAND.name} <onboarding@resend.dev>`),
    RESEND_BASE_URL: z.url().optional(),
    MAIL_PER_SECOND: number(2, 1, 1000),
    AUTH_REQUIRE_EMAIL_VERIFICATION: flag(true),
    AUTH_ALLOW_SIGNUP: flag(true),
    AUTH_REQUIRE_SECOND_FACTOR: z.enum(["none", "admin", "all"], "must be none, admin or all").default("none"),
    API_ALLOWED_ORIGINS: list,
    API_REDIRECT_URLS: list,
    API_SERVER_KEYS: serverKeys,
    SUPABASE_SERVICE_KEYS: serverKeys,
    STRAPI_JWT_MANAGEMENT: z
      .enum(["legacy-support", "refresh"], "must be legacy-support or refresh")
      .default("legacy-support"),
    MEDUSA_PUBLISHABLE_KEYS: list,
    MEDUSA_STOREFRONT_URL: list.refine(
      (entries) => entries.every((entry) => /^([a-z_]+=)?(event|https?:\/\/[^\s=]+)$/.test(entry)),
      "must be an address, event, or a list by actor like customer=https://shop.example.com,user=event",
    ),
    SECURITY_CONTACT: list.refine(
      (entries) => entries.every((entry) => /^(mailto:|https:\/\/|tel:)[!-~]+$/.test(entry)),
      "must be a list of addresses like mailto:security@example.com or https://example.com/report",
    ),
    TRUSTED_PROXY_HOPS: number(0, 0, 10),
    CRON_SECRET: z.string().refine(isLong, `is too short: ${SECRET_ADVICE}`).optional(),
    CLIENT_IP_HEADER: z
      .string()
      .regex(/^[a-z0-9-]+$/i, "must be the name of one header, like cf-connecting-ip")
      .optional(),
    ...TELEMETRY_SETTINGS,
    BCRYPT_COST: number(12, 4, 15),
    PASSWORD_MIN_LENGTH: number(8, 8, 64),
  });

/** The settings of a provider: AUTH_<ID>_ID, _SECRET, _ISSUER and _NAME. */
export type ProviderKeys = { clientId: string; clientSecret: string; issuer?: string; name?: string };

export type Env = Omit<z.infer<ReturnType<typeof schema>>, "NODE_ENV" | "APP_URL"> & {
  APP_URL: string;
  production: boolean;
  /** By the <ID> of their variables. */
  providers: Record<string, ProviderKeys>;
};

const once = singleton<{ env?: Env }>("env", () => ({}));

/**
 * The environment, parsed once and typed. An empty value counts as none.
 * @throws {EnvError} when variables are wrong, or missing where they are needed (production needs more).
 */
export function env(): Env {
  once.env ??= parseEnv(process.env);
  return once.env;
}

type Given = Record<string, string | undefined>;

/** `env()` without the cache, for tests. */
export function parseEnv(source: Given): Env {
  const given: Given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = schema().safeParse(given);
  const malformed = (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join(".")} ${message}`);
  const problems = [...malformed, ...misfits(given), ...providerProblems(given)];
  if (!parsed.success || problems.length > 0) {
    const firsts = new Map(problems.toReversed().map((problem) => [problem.split(" ")[0], problem]));
    throw new EnvError(problems.filter((problem) => firsts.get(problem.split(" ")[0]) === problem).join("\n"));
  }
  const { NODE_ENV, APP_URL = `http://localhost:${parsed.data.PORT}`, ...rest } = parsed.data;
  return { ...rest, APP_URL, production: NODE_ENV === "production", providers: providerKeys(given) };
}

/** The names of the variables that this file reads, without providers' keys, and of all that are set. */
export function settingNames(): { read: string[]; set: string[] } {
  return { read: Object.keys(schema().shape), set: Object.keys(process.env).filter((name) => process.env[name]) };
}

/** The keys of a third-party provider, or null when it is off. `microsoft-entra-id` reads AUTH_MICROSOFT_ENTRA_ID_ID. */
export function oauthEnv(id: string): ProviderKeys | null {
  return env().providers[id.toUpperCase().replaceAll("-", "_")] ?? null;
}

/** Providers without a common address: each site names its issuer. */
const WITH_ISSUER = ["OIDC", "AUTH0", "CAS", "COGNITO", "KEYCLOAK"];

/** A provider is on if AUTH_<ID>_ID is set, whichever it is. */
function providerKeys(given: Given): Env["providers"] {
  const providers: Env["providers"] = {};
  for (const [key, clientId] of Object.entries(given)) {
    const id = key.match(/^AUTH_(\w+)_ID$/)?.[1];
    if (!id || !clientId) continue;
    const [clientSecret = "", issuer, name] = ["SECRET", "ISSUER", "NAME"].map((part) => given[`AUTH_${id}_${part}`]);
    providers[id] = { clientId, clientSecret, issuer, name };
  }
  return providers;
}

function* providerProblems(given: Given): Generator<string> {
  for (const [id, { clientSecret, issuer }] of Object.entries(providerKeys(given))) {
    if (!clientSecret) yield `AUTH_${id}_SECRET is missing: set it to the secret that belongs to AUTH_${id}_ID`;
    if (issuer && !URL.canParse(issuer)) yield `AUTH_${id}_ISSUER must be an address, like https://id.example.com`;
    if (!issuer && WITH_ISSUER.includes(id))
      yield `AUTH_${id}_ISSUER is missing: set it to the provider's address, like https://id.example.com`;
  }
}

/** What each variable alone does not show: two that do not fit each other, and what production needs. */
function* misfits(given: Given): Generator<string> {
  const { DATABASE_URL = "", DIRECT_URL, NODE_ENV } = given;
  if (DIRECT_URL && !/^postgres/.test(DATABASE_URL))
    yield "DIRECT_URL must be unset where DATABASE_URL names no PostgreSQL";
  if (given.METRICS_PORT && Number(given.METRICS_PORT) === Number(given.PORT ?? 3000))
    yield "METRICS_PORT must be another than PORT: metrics are not for the site's visitors";
  if (NODE_ENV === "production") yield* unfitForProduction(given);
}

function* unfitForProduction(given: Given): Generator<string> {
  const { APP_URL = "", BCRYPT_COST = MIN_PRODUCTION_BCRYPT_COST } = given;
  const { protocol, hostname } = new URL(URL.canParse(APP_URL) ? APP_URL : "https://unknown");
  // Plain http is for trying the production build on one's own machine; anywhere else cookies would travel in the clear.
  const isTrial = protocol === "http:" && isLoopback(hostname);
  if (!APP_URL) yield "APP_URL is missing: set it to the site's public address, like https://app.example.com";
  if (protocol === "http:" && !isTrial) yield "APP_URL must start with https:// (http:// is for localhost only)";
  // With none counted all visitors behind a proxy share its address: forty wrong passwords would lock everybody out.
  if (given.TRUSTED_PROXY_HOPS === undefined && !isTrial)
    yield "TRUSTED_PROXY_HOPS is missing: set it to how many reverse proxies stand before the server, 1 for the one that ends https (0 where addresses arrive as they are)";
  if (!given.DATABASE_URL)
    yield "DATABASE_URL is missing: set it to postgresql://… or to a file, like file:/var/lib/app/app.db";
  if (!given.RESEND_API_KEY)
    yield "RESEND_API_KEY is missing: mail cannot be sent without it, set it to your Resend key";
  if (!given.MAIL_FROM) yield 'MAIL_FROM is missing: set it to your sender, like "Acme <hello@acme.example>"';
  if (Number(BCRYPT_COST) < MIN_PRODUCTION_BCRYPT_COST && !isLoopback(hostname))
    yield `BCRYPT_COST must be at least ${MIN_PRODUCTION_BCRYPT_COST} in production`;
}
