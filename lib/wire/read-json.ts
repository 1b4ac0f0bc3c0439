import { fail, ok, type Result } from "@/lib/auth/model/errors";

/**
 * Four times what the fields of the largest body here may hold, those of a passkey's answer. Reading takes the one thread up to
 * 0.3 ms a KB, and who sends a body is known only afterwards.
 */
export const MAX_BODY_BYTES = 100 * 1024;
/** Eight times what an API client may keep with a user. Some thousand levels end JSON.stringify and other code with an error. */
const MAX_DEPTH = 64;
const JSON_TYPE = /^application\/(json|[\w.+-]+\+json)\s*(;|$)/i;

export type JsonObject = Record<string, unknown>;

/**
 * The JSON object that a request carries. Clients send an empty body and call it JSON: that is `{}`.
 * @returns `too_large` before anything is parsed, `unsupported_media_type`, `malformed`, also for objects in objects without end.
 */
export async function readJson(request: Request): Promise<Result<JsonObject>> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) return fail("too_large");
  const bytes = await readBytes(request);
  if (!bytes) return fail("too_large");
  if (bytes.length === 0) return ok({});
  const { headers } = request;
  // Pages of any site can send forms and plain text without a preflight, but not JSON.
  if (
    !JSON_TYPE.test(headers.get("content-type") ?? "") ||
    (headers.get("content-encoding") ?? "identity") !== "identity"
  )
    return fail("unsupported_media_type");
  return parseObject(bytes);
}

function parseObject(bytes: Uint8Array): Result<JsonObject> {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isObject(value) && !Array.isArray(value) && !isTooDeep(value) ? ok(value as JsonObject) : fail("malformed");
  } catch {
    return fail("malformed");
  }
}

function isTooDeep(value: object): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === MAX_DEPTH) return true;
    level = level.flatMap((each) => Object.values(each).filter(isObject));
  }
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** The body, or null once it proves too large: Content-Length may be missing or wrong. */
export async function readBytes({ body }: Request, maxBytes = MAX_BODY_BYTES): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
