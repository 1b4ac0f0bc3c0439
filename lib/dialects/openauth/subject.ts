import { createHash } from "node:crypto";
import { z } from "zod";
import { keyedHash, sameHash } from "@/lib/auth/model/secrets";

/** Cookies and refresh tokens carry the subject, so it must be short. */
const MAX_BYTES = 2_000;
const ID_CHARACTERS = 16;

/** The claims about a person in an app's tokens, if `success` chose them. They stay the same while the session lives. */
export const Subject = z.object({
  type: z.string().min(1).max(100),
  properties: z
    .record(z.string(), z.json())
    .refine((properties) => Buffer.byteLength(JSON.stringify(properties)) <= MAX_BYTES, {
      error: `The properties of a subject may have ${MAX_BYTES} bytes as JSON.`,
    }),
  /** The `sub`, if `success` chose that too. */
  subject: z.string().min(1).max(255).optional(),
});
export type Subject = z.infer<typeof Subject>;

/** A person's `sub` in the package's form: the type of the subject, and a hash, here of the user's id. */
export function subjectIdOf({ type, subject }: Subject, userId: string): string {
  return subject ?? `${type}:${createHash("sha256").update(userId).digest("hex").slice(0, ID_CHARACTERS)}`;
}

/** The subject as part of a refresh token, sealed for this session. */
export function sealSubject(subject: Subject, sessionId: string): string {
  const body = Buffer.from(JSON.stringify(subject)).toString("base64url");
  return `${body}.${sealOf(body, sessionId)}`;
}

/** The subject in a refresh token of this session, or null if its seal is not this session's. */
export function openSubject(sealed: string, sessionId: string): Subject | null {
  const [body = "", seal = ""] = sealed.split(".");
  if (!sameHash(seal, sealOf(body, sessionId))) return null;
  return Subject.parse(JSON.parse(Buffer.from(body, "base64url").toString()));
}

function sealOf(body: string, sessionId: string): string {
  return keyedHash("openauth.subject", `${sessionId}.${body}`);
}
