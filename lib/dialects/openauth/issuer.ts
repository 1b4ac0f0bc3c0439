import type { Provider } from "@openauthjs/openauth/provider/provider";
import type { SubjectPayload, SubjectSchema } from "@openauthjs/openauth/subject";
import type { Theme } from "@openauthjs/openauth/ui/theme";
import { ACCESS_TOKEN_SECONDS } from "@/lib/auth/steps/access-token";
import type { CodeFlow } from "./code-provider";
import type { PasswordFlow } from "./password-provider";
import { type Person, tellsPerson } from "./person";
import { Select } from "./select";
import { setTheme } from "./theme";

/** A provider of the package, or one of yours with the same interface. */
export type PackageProvider = Provider;
type OwnProvider = PasswordFlow | CodeFlow;
type Providers = Record<string, PackageProvider | OwnProvider>;

/** The argument of `success`: the provider's name and its answer. */
type ValueOf<All extends Providers> = {
  [Name in keyof All]: { provider: Name } & (All[Name] extends Provider<infer Properties>
    ? Properties
    : All[Name] extends CodeFlow
      ? { claims: { email: string } }
      : { email: string });
}[keyof All];

/** The properties of a subject. Without `subjects` they may be any object. */
type PropertiesOf<Subjects extends SubjectSchema, Type> = string extends keyof Subjects
  ? object
  : Extract<SubjectPayload<Subjects>, { type: Type }>["properties"];

/** The context by which `success` answers. */
type SuccessContext<Subjects extends SubjectSchema> = {
  /**
   * Signs the person in, and sends them back to the app, whose tokens will have this subject.
   * @param options.subject the `sub`; without it a hash of the user's id.
   * @param options.person the person, for a provider whose answer we cannot read.
   */
  subject<Type extends keyof Subjects & string>(
    type: Type,
    properties: PropertiesOf<Subjects, Type>,
    options?: { subject?: string; person?: Person },
  ): Promise<Response>;
};

type Input<All extends Providers, Subjects extends SubjectSchema> = {
  /** The providers by name. The name is part of the address: `/openauth/<name>/callback`. */
  providers: All;
  /** The schemas of subjects, by type. `success` must choose a subject that fits one. */
  subjects?: Subjects;
  /** Chooses the subject of the app's tokens; without it `subjectOf` does. */
  success?: (context: SuccessContext<Subjects>, value: ValueOf<All>, request: Request) => Promise<Response>;
  /** May refuse an app that clients.ts lists. It cannot admit an app that clients.ts does not list. */
  allow?: (input: { clientID: string; redirectURI: string; audience?: string }, request: Request) => Promise<boolean>;
  /** Draws the choice between several providers, given as names and types. Each begins at `/openauth/<name>/authorize`. */
  select?: (providers: Record<string, string>, request: Request) => Promise<Response>;
  /** The look of the screens. */
  theme?: Theme;
  /** `access`: the seconds that an access token works, 900 at most. */
  ttl?: { access?: number };
};

/** The checked options, with their defaults. */
export type Issuer = {
  providers: Providers;
  password: PasswordFlow | null;
  subjects: SubjectSchema | null;
  success: ((context: SuccessContext<SubjectSchema>, value: never, request: Request) => Promise<Response>) | null;
  allow: Input<Providers, SubjectSchema>["allow"] | null;
  select: NonNullable<Input<Providers, SubjectSchema>["select"]>;
  accessSeconds: number;
};

/** A provider's name is part of an address, and must not be one of the issuer's own. */
const NAME = /^(?!(authorize|token|userinfo)$)[a-z0-9][a-z0-9_-]{0,63}$/i;

/** Options of the package that `issuer` refuses, and what to do instead. */
const ELSEWHERE: Record<string, string> = {
  storage: "all is kept in this app's database: leave it out",
  start: "leave it out; `allow` is asked at the same moment",
  error: "errors are shown to people, or told to the app, as they are on all surfaces: leave it out",
};

/**
 * OpenAuth's `issuer`, with the users, limits and sessions of this app. It takes the package's own provider objects;
 * `PasswordProvider` and `CodeProvider` are ours, and the package's `PasswordUI` and `CodeUI` are configs for them.
 * @throws {TypeError} that names an option which is not supported.
 * @example
 * issuer({ providers: { github: GithubProvider({ clientID, clientSecret, scopes: ["user:email"] }) } })
 */
export function issuer<All extends Providers, Subjects extends SubjectSchema = SubjectSchema>(
  input: Input<All, Subjects>,
): Issuer {
  refuseElsewhere(input);
  const { providers, subjects = null, success = null, allow = null, select = Select(), theme, ttl } = input;
  const named = Object.entries(providers);
  if (named.length === 0) throw new TypeError("`providers` is empty: people could not sign in");
  for (const [name, provider] of named) checkProvider(name, provider, success !== null);
  const password = named.map(([, provider]) => provider).find(isPassword) ?? null;
  if (theme) setTheme(theme);
  const accessSeconds = ttl?.access ?? ACCESS_TOKEN_SECONDS;
  return { providers, password, subjects, success: success as Issuer["success"], allow, select, accessSeconds };
}

/** Whether a provider is ours, and so needs no router. */
export function isOwn(provider: Providers[string]): provider is OwnProvider {
  return "handle" in provider;
}

function isPassword(provider: Providers[string]): provider is PasswordFlow {
  return isOwn(provider) && provider.type === "password";
}

function refuseElsewhere(input: object): void {
  for (const [name, instead] of Object.entries(ELSEWHERE))
    if (name in input) throw new TypeError(`\`${name}\` is not taken by issuer(): ${instead}`);
  const { ttl = {} }: { ttl?: object } = input;
  const { access = ACCESS_TOKEN_SECONDS, ...others }: { access?: number } = ttl;
  const [other] = Object.keys(others);
  if (other)
    throw new TypeError(
      `\`ttl.${other}\` is not taken by issuer(): sessions and refresh tokens live as on all surfaces`,
    );
  if (!Number.isInteger(access) || access < 1 || access > ACCESS_TOKEN_SECONDS)
    throw new TypeError(
      `\`ttl.access\` is a number of seconds up to ${ACCESS_TOKEN_SECONDS}: a token works on for so long after its person signed out`,
    );
}

function checkProvider(name: string, provider: Providers[string], saysPerson: boolean): void {
  if (!NAME.test(name)) throw new TypeError(`"${name}" cannot be a provider's name: use letters, digits, - and _`);
  if (isPassword(provider)) {
    if (name === "password") return;
    throw new TypeError(`PasswordProvider has its screens at /password: name it "password", not "${name}"`);
  }
  if (name === "password")
    throw new TypeError('"password" is the name of our own PasswordProvider, from ./password-provider');
  if (isOwn(provider)) return;
  if (provider.type === "password" || provider.type === "code")
    throw new TypeError(
      `The package's provider of type "${provider.type}" keeps passwords or codes where no limit of ours reaches. ` +
        "Take ours, from ./password-provider or ./code-provider: the package's PasswordUI and CodeUI go into them as they are",
    );
  if (provider.client)
    throw new TypeError(`"${name}" lets apps in by themselves (client credentials), which is not done here`);
  if (!saysPerson && !tellsPerson(provider.type))
    throw new TypeError(
      `What a provider of type "${provider.type}" says of a person is not known here: let \`success\` tell it, ` +
        `as ctx.subject(type, properties, { person: { id, email, emailVerified } })`,
    );
}
