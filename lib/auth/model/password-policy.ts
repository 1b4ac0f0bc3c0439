import { z } from "zod";
import { BRAND } from "@/lib/brand";
import { env } from "@/lib/env";
import { runOnThread } from "./threads";
import { workQueue } from "./work-queue";

export const MAX_PASSWORD_CHARACTERS = 256;
/** Below this many guesses a patient attacker gets through the limits. "Password1!" takes 20,000, eight random letters 10^8. */
const MIN_GUESSES = 1e7;
/** The estimate's time grows with the square of the length, so only the beginning of a long password is estimated. */
const ESTIMATED_CHARACTERS = 24;
/** The site's own name makes no password stronger. */
const SITE_WORDS = [BRAND.name, BRAND.name.replace(/[^\p{L}\p{N}]+/gu, "")];

/** Shorter words occur in too many passwords by chance. */
const MIN_TELLING_CHARACTERS = 3;

/** One thread judges, because each would hold the lists; it does tens of passwords a second. */
const QUEUE = "password-strength";
const inTurn = workQueue(QUEUE, { atOnce: 1, maxWaiting: 120 });
const ifNothingWaits = workQueue(QUEUE, { atOnce: 1, maxWaiting: 1 });

/**
 * Why a password cannot be set, in words for the person, or null. Length, and how soon it would be guessed; never which
 * kinds of characters it has (NIST SP 800-63B-4, 3.1.1.2).
 * @param about what is known of the account, like its email and name: a password made of it is refused too.
 * @param options.isHint the password is still being typed: passwords to be set go before it.
 * @throws {WorkQueueFull} when too many are waiting; for a hint, when any is.
 */
export async function passwordProblem(
  password: string,
  about: (string | null | undefined)[] = [],
  { isHint = false } = {},
): Promise<string | null> {
  const characters = [...password].length;
  const { PASSWORD_MIN_LENGTH } = env();
  if (characters < PASSWORD_MIN_LENGTH) return `Use at least ${PASSWORD_MIN_LENGTH} characters.`;
  if (characters > MAX_PASSWORD_CHARACTERS) return `Use at most ${MAX_PASSWORD_CHARACTERS} characters.`;
  if (/\p{Cs}/u.test(password)) return "That password has characters that cannot be stored. Type it again.";

  // Judged as it is hashed: "ｐａｓｓｗｏｒｄ" in wide letters is "password".
  const judged = password.normalize("NFKC");
  const known = [...about, ...SITE_WORDS].flatMap((text) => (text ? [text, ...text.split(/[^\p{L}\p{N}]+/u)] : []));
  const rest = without(judged, known);
  const queued = isHint ? ifNothingWaits : inTurn;
  const { guesses, lists } = await queued(() => strengthOf(rest.slice(0, ESTIMATED_CHARACTERS), known.filter(Boolean)));
  if (guesses >= MIN_GUESSES) return null;
  if (rest !== judged || lists.includes("userInputs"))
    return "That is too close to your email or name, or to the name of this site.";
  if (lists.some((list) => list.startsWith("passwords")))
    return "That is one of the passwords attackers try first. Choose another.";
  return "That is too easy to guess. Make it longer, or less regular.";
}

const Strength = z.object({ guesses: z.number(), lists: z.array(z.string()) });

/** Judging takes up to 200 ms, so a thread of its own does it; the caller's thread does where none can be started. */
async function strengthOf(password: string, known: string[]): Promise<z.infer<typeof Strength>> {
  try {
    return Strength.parse(await runOnThread("password-strength-worker.mjs", [password, known]));
  } catch {
    const { estimateStrength } = await import("./password-strength.mjs");
    return estimateStrength(password, known);
  }
}

/** What a password has beside known words: the whole weight of "alice2026!" is in "2026!". */
function without(password: string, words: string[]): string {
  const telling = words.filter((word) => word.length >= MIN_TELLING_CHARACTERS).sort((a, b) => b.length - a.length);
  return telling.reduce(
    (rest, word) => rest.replace(new RegExp(word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi"), ""),
    password,
  );
}
