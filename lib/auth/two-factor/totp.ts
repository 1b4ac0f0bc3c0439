import { Secret, TOTP } from "otpauth";
import { BRAND } from "@/lib/brand";

const STEP_SECONDS = 30;
/** A code of the step before or after counts too: clocks differ, and people type slowly (RFC 6238, section 5.2). */
const STEPS_EITHER_SIDE = 1;
const SECRET_BYTES = 20;

/** A new shared secret of 160 bits, in base32 as people type it into their app (RFC 4226, section 4). */
export function randomSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** The address that an authenticator app reads from a QR code, like `otpauth://totp/Example:alice%40example.com?…`. */
export function otpauthUri(secret: string, account: string): string {
  return totp(secret, account).toString();
}

/** The step that a code of six digits is right for, counted in 30 seconds since 1970; null when it is wrong. Only `guess` may ask. */
export function matchingStep(secret: string, code: string, now = Date.now()): number | null {
  const delta = totp(secret).validate({ token: code, timestamp: now, window: STEPS_EITHER_SIDE });
  return delta === null ? null : Math.floor(now / 1000 / STEP_SECONDS) + delta;
}

function totp(secret: string, label?: string): TOTP {
  return new TOTP({ issuer: BRAND.name, label, secret: Secret.fromBase32(secret), period: STEP_SECONDS, digits: 6 });
}
