import { randomUUID } from "node:crypto";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { openauthScreens } from "@/lib/dialects/openauth";
import { arrive } from "@/lib/dialects/openauth/arrival";
import { authorizationCookie } from "@/lib/dialects/openauth/authorization";
import { openauth } from "@/lib/dialects/openauth/config";
import { emptyScene, ownerAndThief } from "./kill-people";
import type { Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { PASSWORD } from "./people";

const AUTHORIZATION = { clientId: "web", redirectUri: "https://shop.example.com/", state: null, challenge: null };

/** A request of the browser that the app sent to us. */
function requestFor(path: string, form?: Record<string, string>): Request {
  const noted = authorizationCookie.write(new Response(), AUTHORIZATION).headers.getSetCookie()[0] ?? "";
  const [cookie = ""] = noted.split(";");
  const posted = form && { method: "POST", body: new URLSearchParams(form) };
  return new Request(`http://localhost:3000${path}`, { headers: { cookie }, ...posted });
}

function backWithCode(answer: Response): Result<void> {
  return answer.headers.get("location")?.includes("code=") ? ok(undefined) : fail("provider_failed");
}

async function signInOnScreen({ emails: [email] }: Scene): Promise<Result<void>> {
  const screens = openauthScreens(async (_, to) => to);
  return backWithCode(await screens.POST(requestFor("/password/authorize", { email, password: PASSWORD })));
}

/** Comes back from a provider of the package, with the provider's claims about the person. */
async function comeBack({ emails: [email], id: sub, client }: Scene): Promise<Result<void>> {
  const request = requestFor("/openauth/google/callback");
  const claims = { iss: "https://accounts.google.com", sub, email, email_verified: true };
  const from = { name: "google", type: "google" };
  const value = { provider: "google", id: claims };
  return backWithCode(await arrive(openauth, { authorization: AUTHORIZATION, request, client, value, from }));
}

export const OPENAUTH_STORIES: Story[] = [
  {
    name: "a person signs in on a screen, and goes back to the app with a code",
    prepare: async () => (await ownerAndThief()).scene,
    play: signInOnScreen,
    ending: {
      users: [{ sessions: ["new", "owner", "thief"] }],
      waiting: ["grant-code"],
      mails: ["new-sign-in to 0"],
    },
  },
  {
    name: "a person signs in at a provider of the package's, and goes back to the app with a code",
    prepare: async () => ({ ...emptyScene(), id: randomUUID() }),
    play: comeBack,
    ending: { users: [{ accounts: ["google: 0"], sessions: ["new"] }], waiting: ["grant-code"] },
  },
];
