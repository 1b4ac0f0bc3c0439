import { constants, crc32, deflateRawSync, gunzipSync, gzipSync } from "node:zlib";
import { createNonce } from "@/lib/wire/security-headers";

/** An answer as it was rendered. @property headers those of the page, by names in lower case */
export type Rendered = { status: number; headers: Record<string, string>; body: Buffer };

/**
 * A page that is handed out again and again, each time with a nonce of its own.
 * @param gzip whether the visitor's browser accepts gzip
 */
export type StockedPage = (nonce: string, gzip: boolean) => { headers: Record<string, string>; body: Buffer };

/** React writes this in place of a part that failed. */
const FAILED_PART = "<!--$!-->";
/** Stands in place of a nonce. Its characters occur in no text, so that compression finds no part of it elsewhere. */
const BLANK = Array.from(createNonce(), (_, index) => String.fromCharCode(0x0e + (index % 18))).join("");

/**
 * Takes the nonces out of a page that two visitors got.
 * @throws {Error} when it is not one whole page without cookies, the same for both. The message says why
 */
export function stockPage(first: Rendered, second: Rendered): StockedPage {
  const { headers, body } = blanked(first);
  const other = blanked(second);
  if (!body.equals(other.body)) throw new Error("two visitors got different pages");
  if (JSON.stringify(headers) !== JSON.stringify(other.headers)) throw new Error("two visitors got different headers");

  const places = placesOf(BLANK, body);
  const fill = (nonce: string) => {
    const whole = Buffer.from(body);
    for (const place of places) whole.write(nonce, place, "latin1");
    return whole;
  };
  const zip = zipper(body, places, fill("~".repeat(BLANK.length)));
  return (nonce, gzip) => {
    const whole = fill(nonce);
    const sent = gzip ? zip(whole) : whole;
    const own: Record<string, string> = { "content-length": String(sent.length) };
    if (gzip) own["content-encoding"] = "gzip";
    for (const [name, value] of Object.entries(headers)) own[name] = value.replaceAll(BLANK, nonce);
    return { headers: own, body: sent };
  };
}

/** A rendering with blanks for its nonce. */
function blanked({ status, headers, body }: Rendered): Pick<Rendered, "headers" | "body"> {
  if (status !== 200 || !headers["content-type"]?.startsWith("text/html")) throw new Error(`the answer is ${status}`);
  if (headers["set-cookie"] || headers["content-encoding"]) throw new Error("the answer is for one visitor");
  if (body.includes(FAILED_PART) || !body.includes("</html>")) throw new Error("a part of the page failed");
  const nonce = headers["content-security-policy"]?.match(/'nonce-([^']+)'/)?.[1];
  if (nonce?.length !== BLANK.length || placesOf(nonce, body).length === 0) throw new Error("the page has no nonce");
  return {
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll(nonce, BLANK)])),
    body: Buffer.from(body.toString("latin1").replaceAll(nonce, BLANK), "latin1"),
  };
}

function placesOf(nonce: string, body: Buffer): number[] {
  const places: number[] = [];
  for (let at = body.indexOf(nonce); at >= 0; at = body.indexOf(nonce, at + nonce.length)) places.push(at);
  return places;
}

/** The header of gzip: it names the format and the method, but no time and no system (RFC 1952, section 2.3). */
const GZIP_HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const GZIP_TAIL_BYTES = 8;
/** How far back a compressed text refers (RFC 1951, section 2), and from how far it surely reaches a whole nonce. */
const WINDOW_BYTES = 32 * 1024;
const REACH_BYTES = WINDOW_BYTES - 1024;

/**
 * Compresses a page once for all of its nonces. The first nonce lies in the stream as it is, in a stored block (RFC 1951,
 * section 3.2.4), and so does each that is too far from the one before. All others are references back. So each answer writes
 * anew only the stored nonces and the checksum.
 * @param body with blanks
 * @param places where they are
 * @param probe the body with a nonce that differs from the blank in every character
 */
function zipper(body: Buffer, places: number[], probe: Buffer): (whole: Buffer) => Buffer {
  const stored = Buffer.alloc(5);
  stored.writeUInt16LE(BLANK.length, 1);
  stored.writeUInt16LE(~BLANK.length & 0xffff, 3);

  const pieces: Buffer[] = [];
  let from = 0;
  for (const [index, place] of [...places, body.length].entries()) {
    const isLast = place === body.length;
    if (!isLast && index > 0 && place - (places[index - 1] ?? 0) < REACH_BYTES) continue;
    const dictionary = from === 0 ? undefined : body.subarray(Math.max(0, from - WINDOW_BYTES), from);
    const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH;
    pieces.push(deflateRawSync(body.subarray(from, place), { level: 9, dictionary, finishFlush }));
    from = place + BLANK.length;
  }

  const [first = 0] = places;
  const zip = (whole: Buffer) => {
    const nonce = Buffer.concat([stored, whole.subarray(first, first + BLANK.length)]);
    const tail = Buffer.alloc(GZIP_TAIL_BYTES);
    tail.writeUInt32LE(crc32(whole), 0);
    tail.writeUInt32LE(whole.length, 4);
    return Buffer.concat([
      GZIP_HEAD,
      ...pieces.flatMap((piece, index) => (index > 0 ? [nonce, piece] : [piece])),
      tail,
    ]);
  };
  // If a blank was compressed as characters of its own, this page is compressed anew each time.
  return unzips(zip(probe), probe) ? zip : gzipSync;
}

function unzips(zipped: Buffer, whole: Buffer): boolean {
  try {
    return gunzipSync(zipped).equals(whole);
  } catch {
    return false;
  }
}
