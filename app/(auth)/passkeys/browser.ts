import type { PasskeyCeremony } from "@/lib/web/form-state";

// Loaded once a ceremony has begun, because most visitors hold none.

/** What the authenticator answered, as JSON text; or why there is none. */
export type Asked = { response: string; credentialId: string } | { problem: "cancelled" | "exists" };

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
    if (!(credential instanceof PublicKeyCredential)) return { problem: "cancelled" };
    return { response: JSON.stringify(credential), credentialId: credential.id };
  } catch (error) {
    const isThere = error instanceof DOMException && error.name === "InvalidStateError";
    return { problem: isThere ? "exists" : "cancelled" };
  }
}

/** Tells the browser that a passkey opens nothing here any more, so that it offers it no longer. */
export function forgetPasskey({ options }: PasskeyCeremony, credentialId: string): void {
  if ("rp" in options || !options.rpId || !("signalUnknownCredential" in PublicKeyCredential)) return;
  PublicKeyCredential.signalUnknownCredential({ rpId: options.rpId, credentialId }).catch(() => undefined);
}
