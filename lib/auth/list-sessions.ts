import type { Principal } from "@/lib/auth/model/principal";
import { type DeviceKind, describeDevice, kindOfDevice } from "@/lib/auth/model/user-agent";
import { listSessions } from "@/lib/auth/store/sessions";

export type SessionView = {
  id: string;
  device: string;
  kind: DeviceKind;
  ip: string | null;
  lastSeenAt: Date;
  createdAt: Date;
  current: boolean;
};

/** The person's living sessions as /account shows them: this one first, then the one used last. No token in them. */
export async function listSessionViews(principal: Principal): Promise<SessionView[]> {
  const sessions = await listSessions(principal.userId);
  return sessions
    .map(({ id, userAgent, ip, lastSeenAt, createdAt }) => ({
      ...{ id, ip, lastSeenAt, createdAt },
      device: describeDevice(userAgent),
      kind: kindOfDevice(userAgent),
      current: id === principal.sessionId,
    }))
    .sort((a, b) => Number(b.current) - Number(a.current));
}
