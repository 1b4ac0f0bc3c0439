import { createHash } from "node:crypto";
import { z } from "zod";
import { keyedHash, sameHash } from "@/lib/auth/model/secrets";

/** Cookies and refresh tokens carry it. */
const MAX_BYTES = 2_000;
const ID_CHARACTERS = 16;

/** What an app's tokens say of a person, where `success` chose it: it holds for as long as the sign-in does. */
export const Subject = z.object({
  type: z.string().min(1).max(100),
  properties: z
    .record(z.string(), z.json())
    .refine((properties) => Buffer.byteLength(JSON.stringify(properties)) <= MAX_BYTES, {
      error: `The properties of a subject may have ${MAX_BYTES} bytes as JSON.`,
    }),
  /** What `sub` is, where `success` chose that too. */
  subject: z.string().min(1).max(255).optional(),
});
export type Subject = z.infer<typeof Subject>;

/** What the package calls a person in `sub`: the type of subject, and a hash; here of the user's id. */
export function subjectIdOf({ type, subject }: Subject, userId: string): string {
  return subject ?? `${type}:${createHash("sha256").update(userId).digest("hex").slice(0, ID_CHARACTERS)}`;
}

/** The subject as the refresh token of this session carries it. */
export function sealSubject(subject: Subject, sessionId: string): string {
  const body = Buffer.from(JSON.stringify(subject)).toString("base64url");
  return `${body}.${sealOf(body, sessionId)}`;
}

/** The subject that a refresh token of this session carries, or null for one that is not of it. */
export function openSubject(sealed: string, sessionId: string): Subject | null {
  const [body = "", seal = ""] = sealed.split(".");
  if (!sameHash(seal, sealOf(body, sessionId))) return null;
  return Subject.parse(JSON.parse(Buffer.from(body, "base64url").toString()));
}

function sealOf(body: string, sessionId: string): string {
  return keyedHash("openauth.subject", `${sessionId}.${body}`);
}
