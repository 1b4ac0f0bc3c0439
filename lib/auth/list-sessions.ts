import type { Principal } from "@/lib/auth/model/principal";
import { type DeviceKind, describeDevice, kindOfDevice } from "@/lib/auth/model/user-agent";
import { listSessions, type SeenSession } from "@/lib/auth/store/sessions";

export type SessionView = {
  id: string;
  device: string;
  kind: DeviceKind;
  ip: string | null;
  lastSeenAt: Date;
  createdAt: Date;
  current: boolean;
};

/** The person's sessions as /account/devices shows them: this one first, then the one used last. Without tokens. */
export async function listSessionViews(principal: Principal): Promise<SessionView[]> {
  const sessions = await listSessions(principal.userId);
  return sessions.map((session) => viewOf(session, principal)).sort((a, b) => Number(b.current) - Number(a.current));
}

/** The session of this request, or null when it has just ended. */
export async function viewSession(principal: Principal): Promise<SessionView | null> {
  const [session] = await listSessions(principal.userId, principal.sessionId);
  return session ? viewOf(session, principal) : null;
}

function viewOf({ userAgent, ...session }: SeenSession, { sessionId }: Principal): SessionView {
  return {
    ...session,
    device: describeDevice(userAgent),
    kind: kindOfDevice(userAgent),
    current: session.id === sessionId,
  };
}
