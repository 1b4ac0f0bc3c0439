import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary } from "@zxcvbn-ts/language-common";
import { env } from "@/lib/env";

export const MAX_PASSWORD_CHARACTERS = 256;
/** Below this many guesses a patient attacker gets through the limits. "Password1!" takes 20,000, eight random letters 10^8. */
const MIN_GUESSES = 1e7;
/** The estimate's time grows with the square of the length; what is weak in here is refused, what is strong is strong enough. */
const ESTIMATED_CHARACTERS = 24;
/** Words that say nothing, because they are this site's own. */
const SITE_WORDS = ["latchkey"];

/** Shorter words are in too many passwords by chance. */
const MIN_TELLING_CHARACTERS = 3;

let estimator: ZxcvbnFactory | undefined;

/**
 * Why a password cannot be set, in words for the person, or null. Length, and how soon it would be guessed; never which
 * kinds of characters it has (NIST SP 800-63B-4, 3.1.1.2).
 * @param about what is known of the account, like its e-mail and name: a password made of it is refused too.
 */
export function passwordProblem(password: string, about: (string | null | undefined)[] = []): string | null {
  const characters = [...password].length;
  const { PASSWORD_MIN_LENGTH } = env();
  if (characters < PASSWORD_MIN_LENGTH) return `Use at least ${PASSWORD_MIN_LENGTH} characters.`;
  if (characters > MAX_PASSWORD_CHARACTERS) return `Use at most ${MAX_PASSWORD_CHARACTERS} characters.`;
  if (/\p{Cs}/u.test(password)) return "That password has characters that cannot be stored. Type it again.";

  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const known = [...about, ...SITE_WORDS].flatMap((text) => (text ? [text, ...text.split(/[^\p{L}\p{N}]+/u)] : []));
  const rest = without(password, known);
  const { guesses, sequence } = estimator.check(rest.slice(0, ESTIMATED_CHARACTERS), known.filter(Boolean));
  if (guesses >= MIN_GUESSES) return null;
  const sources = sequence.map((match) => match.dictionaryName);
  if (rest !== password || sources.includes("userInputs"))
    return "That is too close to your email or name, or to the name of this site.";
  if (sources.some((source) => source?.startsWith("passwords")))
    return "That is one of the passwords attackers try first. Choose another.";
  return "That is too easy to guess. Make it longer, or less regular.";
}

/** What a password has beside known words: the whole weight of "alice2026!" is in "2026!". */
function without(password: string, words: string[]): string {
  const telling = words.filter((word) => word.length >= MIN_TELLING_CHARACTERS).sort((a, b) => b.length - a.length);
  return telling.reduce(
    (rest, word) => rest.replace(new RegExp(word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi"), ""),
    password,
  );
}
