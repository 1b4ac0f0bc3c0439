import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

export type Endpoint = "discovery" | "token" | "userinfo" | "jwks";

/** Replaces the work of an endpoint: by another answer, or by none at all. */
export type Fault = "hang" | "hang up" | { status: number; body?: string; headers?: Record<string, string> };

type Claims = Record<string, unknown>;
type Grant = { nonce: string | null; challenge: string | null; redirectUri: string | null };

export const CLIENT = { clientId: "our-client", clientSecret: "our-secret-at-the-provider" };

/** An OpenID provider that misbehaves on demand, and else is strict. */
export class FaultProvider {
  issuer = "";
  /** Its claims about the person, in userinfo and id_token. */
  person: Claims = {};
  /** Claims in the id_token only. `undefined` leaves a claim out. */
  idTokenClaims: Claims = {};
  /** Further metadata that it publishes about itself. */
  metadata: Claims = {};
  faults: Partial<Record<Endpoint, Fault>> = {};
  /** Makes the id_token in another way. */
  makeIdToken: ((claims: JWTPayload) => Promise<string> | string) | null = null;
  /** Each request it got, the oldest first. */
  requests: { endpoint: string; body: URLSearchParams; authorization: string | undefined }[] = [];

  private readonly grants = new Map<string, Grant>();
  private readonly server = createServer((request, response) => void this.answer(request, response));
  private keys?: Awaited<ReturnType<typeof generateKeyPair>>;

  /** The settings that make it the OpenID provider of a server. */
  get settings(): Record<string, string> {
    return { AUTH_OIDC_ID: CLIENT.clientId, AUTH_OIDC_SECRET: CLIENT.clientSecret, AUTH_OIDC_ISSUER: this.issuer };
  }

  async open(): Promise<this> {
    this.keys = await generateKeyPair("RS256");
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.issuer = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  /** Resets it, with these claims about the person. */
  behave(person: Claims): void {
    Object.assign(this, { person, idTokenClaims: {}, metadata: {}, faults: {}, makeIdToken: null, requests: [] });
  }

  /** The person agrees: returns the parameters that the browser brings back from the authorization address. */
  agree(location: string): Record<string, string> {
    const asked = new URL(location).searchParams;
    const code = `code-${this.grants.size}-${asked.get("state")?.slice(-8)}`;
    this.grants.set(code, {
      nonce: asked.get("nonce"),
      challenge: asked.get("code_challenge"),
      redirectUri: asked.get("redirect_uri"),
    });
    return { code, state: asked.get("state") ?? "", iss: this.issuer };
  }

  /** A good id_token of these claims, by its own key. */
  sign(claims: JWTPayload): Promise<string> {
    if (!this.keys) throw new Error("open() first");
    return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "its-key" }).sign(this.keys.privateKey);
  }

  async publicKey() {
    if (!this.keys) throw new Error("open() first");
    return { ...(await exportJWK(this.keys.publicKey)), kid: "its-key", alg: "RS256", use: "sig" };
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", this.issuer).pathname;
    const endpoint = path.endsWith("openid-configuration") ? "discovery" : path.slice(1);
    const body = new URLSearchParams(await text(request));
    this.requests.push({ endpoint, body, authorization: request.headers.authorization });
    const fault = this.faults[endpoint as Endpoint];
    if (fault === "hang") return;
    if (fault === "hang up") return void response.destroy();
    if (fault) return void response.writeHead(fault.status, fault.headers).end(fault.body);
    const work: Record<string, () => Promise<[number, unknown]>> = {
      discovery: async () => [200, this.published()],
      jwks: async () => [200, { keys: [await this.publicKey()] }],
      token: () => this.exchange(body, request.headers.authorization),
      userinfo: async () => [200, this.person],
    };
    const [status, said] = (await work[endpoint]?.()) ?? [404, {}];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(said));
  }

  private published(): Claims {
    const at = (path: string) => `${this.issuer}/${path}`;
    return {
      issuer: this.issuer,
      authorization_endpoint: at("authorize"),
      token_endpoint: at("token"),
      userinfo_endpoint: at("userinfo"),
      jwks_uri: at("jwks"),
      ...this.metadata,
    };
  }

  /** Accepts each code once, with the redirect address and the verifier of its visit, and only from our client. */
  private async exchange(body: URLSearchParams, authorization: string | undefined): Promise<[number, unknown]> {
    const grant = this.grants.get(body.get("code") ?? "");
    this.grants.delete(body.get("code") ?? "");
    const verifier = createHash("sha256")
      .update(body.get("code_verifier") ?? "")
      .digest("base64url");
    const basic = Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString("base64");
    const isClient = authorization === `Basic ${basic}` || body.get("client_secret") === CLIENT.clientSecret;
    if (!isClient) return [401, { error: "invalid_client" }];
    if (!grant || grant.challenge !== verifier || grant.redirectUri !== body.get("redirect_uri"))
      return [400, { error: "invalid_grant" }];
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      ...{ iss: this.issuer, aud: CLIENT.clientId, iat: now, exp: now + 300, nonce: grant.nonce ?? undefined },
      ...{ sub: this.person.sub, ...this.idTokenClaims },
    } as JWTPayload;
    const idToken = await (this.makeIdToken ?? ((all) => this.sign(all)))(claims);
    return [200, { access_token: "an-access-token", token_type: "Bearer", id_token: idToken }];
  }
}
