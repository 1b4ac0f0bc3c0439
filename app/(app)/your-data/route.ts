import { exportData } from "@/lib/auth/export-data";
import { AUTH_ERRORS, type AuthErrorCode, fail, ok } from "@/lib/auth/model/errors";
import { currentPrincipal } from "@/lib/web/current-principal";
import { refuseOthersForm } from "@/lib/web/form-actions";
import { type Api, endpoint } from "@/lib/wire/endpoint";
import { otherMethods } from "@/lib/wire/other-methods";

const SECTION = "/account/data#your-data";
const CONFIRM = `/reauthenticate?${new URLSearchParams({ to: SECTION })}`;

/** Refusals, and the page that each leads to. That page says how long to wait. */
const LEADS_TO: Partial<Record<AuthErrorCode, string>> = {
  unauthenticated: "/login?message=session-ended",
  reauthentication_required: CONFIRM,
  second_factor_required: CONFIRM,
  too_many_attempts: SECTION,
};

const api: Api = {
  methods: ["POST"],
  requestHeaders: [],
  bodies: "form",
  ownPagesOnly: true,
  refuse({ code, message }) {
    const location = LEADS_TO[code];
    if (location) return seeOther(location);
    const headers = { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" };
    return new Response(`${message}\n`, { status: AUTH_ERRORS[code].status, headers });
  },
};

/**
 * The download behind the button of /account/data: a POST, so that no foreign page can start it and no cache keeps it. To who
 * presses it on the page of another person, who was signed in before, their own page is shown first.
 */
export const POST = endpoint(api, async ({ client, form }) => {
  const principal = await currentPrincipal();
  if (!principal) return fail("unauthenticated");
  if (refuseOthersForm(form, principal)) return ok(seeOther(SECTION));
  const exported = await exportData(principal, client);
  if (!exported.ok) return exported;
  const day = new Date().toISOString().slice(0, 10);
  return ok(
    new Response(streamOf(exported.value), {
      headers: {
        "content-type": "application/json; charset=utf-8",
        "content-disposition": `attachment; filename="account-data-${day}.json"`,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
    }),
  );
});

/** For a person who reloads, or follows the address by hand. */
export function GET(): Response {
  return seeOther(SECTION);
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}

/** Text as a body that reads the database no faster than the client receives. */
function streamOf(text: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await text.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => void (await text.return(undefined)),
  });
}

export const { PUT, PATCH, DELETE } = otherMethods("GET, HEAD, POST, OPTIONS");
