import { fail, ok, type Result } from "@/lib/auth/model/errors";
import { readBytes } from "./read-json";

/** The form that a request carries, urlencoded or multipart. @returns `too_large`, `malformed` for anything else. */
export async function readForm(request: Request, maxBytes?: number): Promise<Result<FormData>> {
  const bytes = await readBytes(request, maxBytes);
  if (!bytes) return fail("too_large");
  try {
    const type = request.headers.get("content-type") ?? "";
    return ok(await new Response(new Uint8Array(bytes), { headers: { "content-type": type } }).formData());
  } catch {
    return fail("malformed", { message: "This is not the form that was expected." });
  }
}

/** A text field of a form, or null when it is missing, empty or a file. */
export function fieldOf(form: FormData, name: string): string | null {
  const value = form.get(name);
  return typeof value === "string" && value !== "" ? value : null;
}

/** Whether a form cannot be read: cut off, or without a boundary. Next would answer that with 500. */
export async function isUnreadableForm(request: Request): Promise<boolean> {
  if (request.method !== "POST" || !/^multipart\/form-data/i.test(request.headers.get("content-type") ?? ""))
    return false;
  return request
    .clone()
    .formData()
    .then(
      () => false,
      () => true,
    );
}
