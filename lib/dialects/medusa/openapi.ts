import { z } from "zod";
import { REGISTRATION_COOKIE, SESSION_COOKIE } from "@/lib/wire/cookies";
import type { Contract, Operations } from "@/lib/wire/openapi/contract";
import { bodiesOf } from "./actor-routes";
import { ACTORS, type ActorRoutes } from "./actors";
import { ADMIN_OPERATIONS } from "./admin-openapi";
import { refuse } from "./errors";
import { Forgot } from "./password";
import * as shapes from "./shapes";
import { FACTOR_OPERATIONS } from "./two-factor/openapi";
import { Ask, Confirm } from "./verification";

const HOLDER = ["bearer", "cookie"];
const { SignedIn } = shapes;
const Callback = z.object({ callback_url: z.string().optional() });

const OPERATIONS: Operations = {
  "POST auth/[actor]/[provider]": {
    does: "Signs in by password, or says where to go to sign in with a third party.",
    body: shapes.SignIn,
    query: Callback,
    answers: { 200: z.union([SignedIn, shapes.Location]) },
    refused: [429],
  },
  "GET auth/[actor]/[provider]": {
    does: "Says where to go to sign in with a third party.",
    query: Callback,
    answers: { 200: shapes.Location },
    refused: [429],
  },
  "POST auth/[actor]/[provider]/register": {
    does: "Registers. The token speaks for no actor until its holder becomes one.",
    body: shapes.SignUp,
    answers: { 200: SignedIn },
    refused: [429],
  },
  "GET auth/[actor]/[provider]/callback": {
    does: "Completes a sign-in with a third party by its answer.",
    query: shapes.CallbackAnswer,
    answers: { 200: SignedIn },
    refused: [429],
  },
  "POST auth/[actor]/[provider]/callback": {
    does: "Completes a sign-in with a third party by its answer, in the body.",
    query: shapes.CallbackAnswer,
    body: shapes.CallbackAnswer,
    answers: { 200: SignedIn },
    refused: [429],
  },
  "POST auth/[actor]/[provider]/reset-password": {
    does: "Mails a link that resets the password. Answers the same for every address.",
    body: Forgot,
    answers: { 201: { is: "The word Created.", types: ["text/plain"] } },
    refused: [429],
  },
  "POST auth/[actor]/[provider]/update": {
    does: "Sets the password of the person to whom the bearer token was mailed.",
    by: ["mailedToken"],
    body: shapes.NewPassword,
    answers: { 200: shapes.Done },
    refused: [429],
  },
  "GET auth/[actor]/providers": {
    does: "Lists the ways in which this actor may sign in.",
    answers: { 200: z.object({ providers: z.array(shapes.Provider) }) },
  },
  "POST auth/[actor]/user": {
    does: "Refuses to create an admin: admins are invited, and register first.",
    by: ["bearer"],
    answers: {},
  },
  "POST auth/token/refresh": {
    does: "Exchanges a token, up to a day after it was made, or the session cookie for a new token.",
    by: HOLDER,
    answers: { 200: SignedIn },
  },
  "POST auth/session": {
    does: "Puts the session of the token into a cookie.",
    by: ["bearer"],
    answers: { 200: { json: z.object({ user: shapes.Identity }), headers: ["set-cookie"] } },
  },
  "DELETE auth/session": {
    does: "Ends the session of the cookie.",
    by: ["cookie"],
    answers: { 200: { json: shapes.Done, headers: ["set-cookie"] } },
  },
  "POST auth/verification/request": {
    does: "Mails another code for the registration that the token or the cookie names.",
    by: ["bearer", "registration"],
    body: Ask,
    answers: { 201: z.object({ verification: shapes.Verification }) },
    refused: [429],
  },
  "GET auth/verification/confirm": {
    does: "Leads from a mailed link to the storefront's page.",
    query: z.object({ code: z.string(), actor: z.string().optional(), pressed: z.string().optional() }),
    answers: { 303: { headers: ["location"] } },
  },
  "POST auth/verification/confirm": {
    does: "Proves the mailbox of a registration, by six digits or by the code of a link. Sign in afterwards.",
    by: ["bearer", "registration", ""],
    body: Confirm,
    answers: { 200: shapes.Confirmed },
    refused: [409, 429],
  },
  "GET auth/openapi.json": {
    does: "Answers this document.",
    answers: { 200: z.record(z.string(), z.unknown()) },
  },
  ...FACTOR_OPERATIONS,
  ...ADMIN_OPERATIONS,
  ...Object.assign({}, ...Object.entries(ACTORS).map(([type, { routes }]) => routes && ofActor(type, routes))),
};

function ofActor(type: string, own: ActorRoutes): Operations {
  const { create, update } = bodiesOf(own);
  const answers = { 200: shapes.actorShape(type, own) };
  const headers = own.path.startsWith("store/")
    ? z.object({ "x-publishable-api-key": z.string().optional().describe("Where MEDUSA_PUBLISHABLE_KEYS is set.") })
    : undefined;
  const shared = { by: HOLDER, headers, answers };
  return {
    [`POST ${own.path}`]: { ...shared, does: `Makes the caller a ${type}.`, body: create, refused: [422] },
    [`GET ${own.path}/me`]: { ...shared, does: `Shows the ${type} that calls.` },
    [`POST ${own.path}/me`]: { ...shared, does: `Changes what is given of the ${type} that calls.`, body: update },
  };
}

export const contract: Contract = {
  title: "Medusa",
  about:
    "Medusa 2's authentication and the store's customers, as `@medusajs/js-sdk` calls them. A token lives 15 minutes and stands or falls with its session.",
  prefix: "",
  api: { refuse },
  error: shapes.MedusaError,
  schemes: {
    bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
    cookie: { type: "apiKey", in: "cookie", name: SESSION_COOKIE() },
    registration: { type: "apiKey", in: "cookie", name: REGISTRATION_COOKIE() },
    mailedToken: { type: "http", scheme: "bearer", description: "The token of a mailed link." },
  },
  params: shapes.PathParams,
  operations: OPERATIONS,
};
