import { type FormAction, type FormState, IDLE, type PasskeyCeremony, type PERSON_FIELD } from "@/lib/web/form-state";

// Loaded when a ceremony begins, because most visitors begin none.

const CANCELLED = "No passkey was used. Try again, or use another way.";
const EXISTS = "There is a passkey for your account on this device already.";

/** A ceremony lives five minutes on the server. */
const LISTEN_AGAIN_MS = 4 * 60_000;

/** Fields that the server gets with each of the two requests. */
export type Fields = { to?: string; remember?: string; [PERSON_FIELD]?: string };

/** What to send to the server, and what to do if it knows no such passkey; or why the authenticator did not answer. */
export type Asked = { form: FormData; forget: () => void } | { problem: FormState };

let listening: AbortController | undefined;

/**
 * Lets the server begin a ceremony, and asks the browser for an answer of the person's authenticator (WebAuthn, section 5.1).
 * @param fromList Waits until the person chooses a passkey from the browser's list in the email field.
 */
export async function askPerson(begin: FormAction, fields: Fields, fromList = false): Promise<Asked> {
  const started = await begin(IDLE, formOf({ ...fields, autofill: fromList ? "on" : undefined }));
  const { ceremony } = started;
  if (!ceremony) return { problem: started };
  // A browser holds one ceremony at a time.
  listening?.abort();
  const abort = new AbortController();
  listening = fromList ? abort : undefined;
  try {
    const credential = await askAuthenticator(ceremony, fromList, abort.signal);
    if (!(credential instanceof PublicKeyCredential)) return problem(CANCELLED);
    return {
      form: formOf({ ...fields, ceremonyId: ceremony.ceremonyId, response: JSON.stringify(credential) }),
      forget: () => forgetPasskey(ceremony, credential.id),
    };
  } catch (error) {
    return problem(error instanceof DOMException && error.name === "InvalidStateError" ? EXISTS : CANCELLED);
  }
}

/** Calls `listen` now, and again before its ceremony has run out, as long as the page is visible and until the signal. */
export function keepListening(listen: () => Promise<void>, signal: AbortSignal): void {
  let began = 0;
  const listenAgain = async () => {
    const isDue = Date.now() - began >= LISTEN_AGAIN_MS && document.visibilityState === "visible";
    if (!isDue || !(await PublicKeyCredential.isConditionalMediationAvailable()) || signal.aborted) return;
    began = Date.now();
    await listen();
  };
  void listenAgain();
  const timer = setInterval(listenAgain, LISTEN_AGAIN_MS);
  document.addEventListener("visibilitychange", listenAgain, { signal });
  signal.addEventListener("abort", () => clearInterval(timer));
}

function formOf(fields: Record<string, string | undefined>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  return form;
}

function askAuthenticator({ options }: PasskeyCeremony, fromList: boolean, signal: AbortSignal) {
  if ("rp" in options) {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    return navigator.credentials.create({ publicKey, signal });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get({ publicKey, signal, ...(fromList && { mediation: "conditional" as const }) });
}

function problem(message: string): Asked {
  return { problem: { status: "error", message } };
}

/** Tells the browser that a passkey no longer works here, so that it stops offering it. */
function forgetPasskey({ options }: PasskeyCeremony, credentialId: string): void {
  if ("rp" in options || !options.rpId || !("signalUnknownCredential" in PublicKeyCredential)) return;
  PublicKeyCredential.signalUnknownCredential({ rpId: options.rpId, credentialId }).catch(() => undefined);
}
