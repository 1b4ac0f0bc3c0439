import { CHANGED } from "@/app/(app)/account/avatar/outcome";
import { setAvatar } from "@/lib/auth/avatar/change-avatar";
import { MAX_PICTURE_BYTES } from "@/lib/auth/avatar/encode-picture";
import { fail, type Result } from "@/lib/auth/model/errors";
import { currentClient } from "@/lib/web/current-client";
import { currentPrincipal } from "@/lib/web/current-principal";
import { refuseOthersForm } from "@/lib/web/form-actions";
import { refuseJson, withChallenge } from "@/lib/wire/endpoint";
import { json } from "@/lib/wire/json";
import { otherMethods } from "@/lib/wire/other-methods";
import { readForm } from "@/lib/wire/read-form";
import { isSameOrigin } from "@/lib/wire/same-origin";
import { settle } from "@/lib/wire/settle";

/** The bytes that a form adds around its one file. */
const ENVELOPE_BYTES = 64 * 1024;

/**
 * Takes the picture of a form. It is no action, because Next has one limit for the bodies of all actions, and reads them before
 * an action can check who sent them. Scripts get JSON; a browser without JavaScript is led back to its page.
 */
export async function POST(request: Request): Promise<Response> {
  const result = await settle(() => upload(request));
  if (request.headers.get("accept") === "application/json")
    return result.ok ? json(200, { message: CHANGED }) : withChallenge(request, refuseJson(result.error));
  const query = result.ok ? "picture=changed" : `edit=picture&picture=${result.error.code}`;
  return new Response(null, {
    status: 303,
    headers: { location: `/account?${query}#picture`, "cache-control": "no-store" },
  });
}

async function upload(request: Request): Promise<Result<{ image: string }>> {
  if (!isSameOrigin(request.method, request.headers)) return fail("forbidden");
  const principal = await currentPrincipal();
  if (!principal) return fail("unauthenticated");
  const form = await readForm(request, MAX_PICTURE_BYTES + ENVELOPE_BYTES);
  if (!form.ok) return form.error.code === "too_large" ? fail("picture_too_large") : form;
  const refusal = refuseOthersForm(form.value, principal);
  if (refusal) return refusal;
  const picture = form.value.get("picture");
  if (!(picture instanceof File)) return fail("picture_unreadable");
  return setAvatar(principal, new Uint8Array(await picture.arrayBuffer()), await currentClient());
}

export const { GET, PUT, PATCH, DELETE } = otherMethods("POST, OPTIONS");
