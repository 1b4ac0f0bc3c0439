const LABEL_MAX_CHARACTERS = 60;
const ADDRESS_MAX_CHARACTERS = 254;

/**
 * A device, an IP address or a service as words in a sentence. The person who triggers a mail chooses the User-Agent, so text
 * that a mail program would turn into a link (`//`, `evil.example`) is taken apart, and the length is cut.
 */
export function label(value: string): string {
  const words = oneLine(value)
    .replace(/[^\p{L}\p{M}\p{N} .,:()'+-]/gu, " ")
    .replace(/\.(?=\p{L})/gu, " ");
  return cut(words, LABEL_MAX_CHARACTERS) || "unknown";
}

/** An address as words in a sentence, without characters that hide, reorder or break the line. */
export function address(value: string): string {
  return cut(oneLine(value), ADDRESS_MAX_CHARACTERS);
}

/** A moment for a reader in any time zone, like `21 November 2026 at 21:05 UTC`. */
export function moment(at: Date): string {
  return `${at.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short", timeZone: "UTC" })} UTC`;
}

/** Removes control, bidirectional and zero-width characters, and accents that pile up on one letter. */
function oneLine(value: string): string {
  return value
    .replace(/[\p{Zl}\p{Zp}\s]/gu, " ")
    .replace(/\p{C}/gu, "")
    .replace(/(\p{M}{2})\p{M}+/gu, "$1");
}

function cut(value: string, max: number): string {
  const characters = [...value.replace(/ +/g, " ").trim()];
  return characters.length > max ? `${characters.slice(0, max - 1).join("")}…` : characters.join("");
}
