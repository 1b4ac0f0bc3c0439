import { z } from "zod";

/** Control, format and unassigned characters, lone surrogates: nothing a name or an address is made of. */
export const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u;
/** Longer input is refused before it is cleaned, because cleaning takes time. */
const CLEANED_CHARACTERS = 10;

/**
 * One line of text of at most `max` characters, trimmed. Bidirectional controls and line breaks are cut out rather than
 * refused: they come with pasted text. So are all but three marks on one letter, which would reach into other lines.
 */
export function line(max: number) {
  return z
    .string("Enter a line of text.")
    .max(max * CLEANED_CHARACTERS, `Use at most ${max} characters.`)
    .transform((value) => value.replace(/\p{M}{4,}/gu, (marks) => marks.slice(0, 3)))
    .transform((value) =>
      [...value]
        .filter((char) => !INVISIBLE.test(char))
        .join("")
        .replace(/\s+/g, " ")
        .trim(),
    )
    .pipe(z.string().max(max, `Use at most ${max} characters.`));
}
