import type { PasskeyCeremony } from "@/lib/web/form-state";

// Loaded once a ceremony has begun, because most visitors hold none.

const CANCELLED = "No passkey was used. Try again, or use another way.";
const EXISTS = "There is a passkey for your account on this device already.";

/** What the authenticator answered, as JSON text; or why there is none, in words for the person. */
export type Asked = { response: string; credentialId: string } | { problem: string };

let listening: AbortController | undefined;

/** Ends the wait for the list in the e-mail field: a browser holds one ceremony at a time. */
function stopListening(): void {
  listening?.abort();
  listening = undefined;
}

/**
 * Asks the browser for an answer of the person's authenticator (WebAuthn, section 5.1).
 * @param fromList Waits until the person chooses a passkey from the browser's list in the e-mail field.
 */
export async function askBrowser({ options }: PasskeyCeremony, fromList = false): Promise<Asked> {
  stopListening();
  const abort = new AbortController();
  if (fromList) listening = abort;
  const { signal } = abort;
  try {
    const credential =
      "rp" in options
        ? await navigator.credentials.create({
            publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
            signal,
          })
        : await navigator.credentials.get({
            publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
            signal,
            ...(fromList && { mediation: "conditional" as const }),
          });
    if (!(credential instanceof PublicKeyCredential)) return { problem: CANCELLED };
    return { response: JSON.stringify(credential), credentialId: credential.id };
  } catch (error) {
    const isThere = error instanceof DOMException && error.name === "InvalidStateError";
    return { problem: isThere ? EXISTS : CANCELLED };
  }
}

/** Tells the browser that a passkey opens nothing here any more, so that it offers it no longer. */
export function forgetPasskey({ options }: PasskeyCeremony, credentialId: string): void {
  if ("rp" in options || !options.rpId || !("signalUnknownCredential" in PublicKeyCredential)) return;
  PublicKeyCredential.signalUnknownCredential({ rpId: options.rpId, credentialId }).catch(() => undefined);
}
