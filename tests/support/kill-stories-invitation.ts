import { acceptInvitation, inviteAdmin, renewInvitation } from "@/lib/auth/invite-admin";
import { mailed, ownerAndThief, signedIn } from "./kill-people";
import { principalOf, type Scene } from "./kill-scene";
import type { Story } from "./kill-story";
import { adminUser, withEnv } from "./people";

/** An admin, and the owner of an address who is invited already. */
async function adminAndInvited(): Promise<Scene> {
  const { user, scene } = await ownerAndThief();
  const admin = await adminUser();
  const { id, token } = await mailed("invite", admin, {}, user.email);
  const emails: Scene["emails"] = [user.email, admin.email];
  return { ...scene, emails, id, token, sessions: { ...scene.sessions, admin: await signedIn(admin) } };
}

const link = (token: string) => `https://admin.example.com/invite?token=${token}`;

export const INVITATION_STORIES: Story[] = [
  {
    name: "an admin invites a person another time",
    prepare: adminAndInvited,
    play: async (scene) =>
      inviteAdmin(await principalOf(scene, "admin"), { email: scene.emails[0] }, scene.client, link),
    ending: { users: [{}, { events: ["admin.invited", "sign_in.succeeded"] }], mails: ["admin-invitation to 0"] },
  },
  {
    name: "an admin sends an invitation again",
    prepare: adminAndInvited,
    play: async (scene) => renewInvitation(await principalOf(scene, "admin"), scene.id, scene.client, () => link),
    ending: { users: [{}, { events: ["admin.invited", "sign_in.succeeded"] }], mails: ["admin-invitation to 0"] },
  },
  {
    name: "a person accepts an invitation, where that asks for two factors",
    prepare: adminAndInvited,
    play: (scene) =>
      withEnv({ AUTH_REQUIRE_SECOND_FACTOR: "admin" }, async () =>
        acceptInvitation(await principalOf(scene, "owner"), { token: scene.token }, scene.client),
      ),
    ending: { users: [{ role: "admin", sessions: [] }, { role: "admin" }], waiting: [], mails: ["role-changed to 0"] },
  },
];
