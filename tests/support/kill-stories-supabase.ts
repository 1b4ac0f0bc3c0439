import { randomUUID } from "node:crypto";
import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { supabase } from "@/lib/dialects/supabase";
import { issueAuthCode } from "@/lib/dialects/supabase/pkce";
import { ownerAndThief, profileOf } from "./kill-people";
import type { Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { newSession } from "./people";

const VERIFIER = "v".repeat(50);
const challenge = { challenge: VERIFIER, method: "plain" } as const;

/** The owner's client, which holds the code that its link or provider led to. */
async function holdingCode(linking: boolean): Promise<Scene> {
  const { user, scene } = await ownerAndThief();
  const { sessionId, token } = await newSession(user, { kind: "api" });
  const { raw, ...link } = profileOf({ ...scene, id: randomUUID() });
  const code = await issueAuthCode({ sessionId, challenge, providerToken: null, ...(linking && { link }) });
  return { ...scene, sessions: { owner: { id: sessionId, token } }, token: code };
}

/** Takes the Supabase client's way, because what it spends and what it hands out are this contract's alone. */
async function exchange({ token }: Scene): Promise<Result<void>> {
  const answer = await supabase.POST(
    new Request("http://localhost:3000/auth/v1/token?grant_type=pkce", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ auth_code: token, code_verifier: VERIFIER }),
    }),
  );
  return answer.ok ? ok(undefined) : fail("token_invalid");
}

const REFRESHING = ["new", "new", "owner, 0 of 1 refresh tokens used"];

export const SUPABASE_STORIES: Story[] = [
  {
    name: "an app exchanges the code that a link led to",
    prepare: () => holdingCode(false),
    play: exchange,
    ending: { users: [{ sessions: REFRESHING }], waiting: [] },
  },
  {
    name: "an app exchanges the code that links a provider's account",
    prepare: () => holdingCode(true),
    play: exchange,
    ending: {
      users: [{ sessions: REFRESHING, accounts: ["github: 0"] }],
      waiting: [],
      mails: ["account-linked to 0"],
    },
  },
];
