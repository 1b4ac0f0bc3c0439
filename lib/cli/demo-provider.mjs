import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { exportJWK, generateKeyPair } from "jose";
import Provider, { interactionPolicy } from "oidc-provider";

const LIFE_SECONDS = 60 * 60;

/**
 * @typedef {{ email: string, name: string, picture: string, confirmed: boolean }} Person
 * @typedef {{ issuer: string, clientId: string, clientSecret: string, close(): Promise<void> }} DemoProvider
 */

/**
 * An OpenID provider for the developer's machine: the certified `oidc-provider`, which only asks who the visitor wants to be. Its
 * keys and people end with its process.
 * @param {{ redirectUris: string[], host?: string, clientId?: string, metadata?: object }} options metadata: more of the client
 * @returns {Promise<DemoProvider>}
 */
export async function startDemoProvider({ redirectUris, host = "localhost", clientId = "demo", metadata = {} }) {
  const clientSecret = randomBytes(32).toString("base64url");
  const server = createServer();
  await new Promise((resolve) => server.listen(0, host, () => resolve(undefined)));
  const issuer = `http://${host}:${server.address().port}`;
  /** @type {Map<string, Person>} */
  const people = new Map();
  const provider = new Provider(
    issuer,
    await configuration({ clientId, clientSecret, redirectUris, people, metadata }),
  );
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return answer(request, response);
    interact(provider, people, request, response).catch(() => response.writeHead(400).end("This page has expired.\n"));
  });
  const close = () =>
    new Promise((resolve) => {
      server.close(() => resolve(undefined));
      server.closeAllConnections();
    });
  return { issuer, clientId, clientSecret, close };
}

async function configuration({ clientId, clientSecret, redirectUris, people, metadata }) {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const policy = interactionPolicy.base();
  const { Check } = interactionPolicy;
  const choose = new Check("choose", "people choose who to be, each time", ({ oidc }) => !oidc.result?.login);
  policy.get("login").checks.add(choose);
  return {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: redirectUris, ...metadata }],
    claims: { email: ["email", "email_verified"], profile: ["name", "picture"] },
    cookies: { keys: [randomBytes(32).toString("base64url")] },
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: "sig", alg: "RS256" }] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}`, policy },
    pkce: { required: () => true },
    ttl: { Interaction: LIFE_SECONDS, Session: LIFE_SECONDS, Grant: LIFE_SECONDS, AccessToken: 60, IdToken: 60 },
    findAccount: (_, accountId) => ({ accountId, claims: () => claimsOf(accountId, people.get(accountId)) }),
    // The person agrees to all that the site asks for, so there is no consent page.
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid profile email");
      await grant.save();
      return grant;
    },
  };
}

/** @param {Person} [person] */
function claimsOf(sub, { email, name, picture, confirmed } = { email: "", name: "", picture: "", confirmed: false }) {
  return {
    sub,
    ...(email && { email, email_verified: confirmed }),
    ...(name && { name }),
    ...(picture && { picture }),
  };
}

/** The only page: it asks who the visitor wants to be, and handles the answer. */
async function interact(provider, people, request, response) {
  await provider.interactionDetails(request, response);
  if (request.method !== "POST") return page(response);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const form = new URLSearchParams(Buffer.concat(chunks).toString());
  if (form.has("cancel")) return provider.interactionFinished(request, response, { error: "access_denied" });
  const email = form.get("email")?.trim() ?? "";
  // A visitor without an email can still come back as the same person.
  const accountId = email ? Buffer.from(email.toLowerCase()).toString("base64url") : "nobody";
  const [name, picture] = [form.get("name") ?? "", form.get("picture") ?? ""];
  people.set(accountId, { email, name, picture, confirmed: form.has("confirmed") });
  return provider.interactionFinished(request, response, { login: { accountId, remember: false } });
}

function page(response) {
  response.writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Demo provider</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  main { max-width: 22rem; margin: 12vh auto 0; padding: 0 1.5rem }
  form, label { display: grid; gap: .5rem }
  form { gap: 1rem; margin-top: 1.5rem }
  input, button { font: inherit; padding: .5rem .75rem }
  label.check { grid-template-columns: auto 1fr }
</style>
<main>
  <h1>Demo provider</h1>
  <p>Runs on this machine, in development only. Sign in as a person of your choice.</p>
  <form method="post">
    <label>Email <input name="email" type="email" value="dora@example.com" autofocus></label>
    <label>Name <input name="name" value="Dora Demo"></label>
    <label>Picture <input name="picture" type="url" placeholder="https://…"></label>
    <label class="check"><input name="confirmed" type="checkbox" checked> The email is confirmed</label>
    <button>Continue</button>
    <button name="cancel" value="yes" formnovalidate>Cancel</button>
  </form>
</main>
</html>`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  // Started by `npm run dev`, which reads this line and hands it to the site.
  const { issuer, clientId, clientSecret } = await startDemoProvider({ redirectUris: process.argv.slice(2) });
  console.log(JSON.stringify({ issuer, clientId, clientSecret }));
}
