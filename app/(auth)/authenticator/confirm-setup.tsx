import type { Holder } from "@/lib/auth/model/principal";
import { continueAuthenticator } from "@/lib/auth/two-factor/authenticator";
import { QrCode } from "./qr-code";
import { ConfirmForm } from "./setup-form";

type ConfirmSetupProps = { holder: Holder; id: string; setupKey: string; to: string };

/** Shows the secret of a setup that this session began, for the app to read, and takes the app's first code. */
export async function ConfirmSetup({ holder, id, setupKey, to }: ConfirmSetupProps) {
  const started = await continueAuthenticator(holder, { id, key: setupKey });
  return (
    <ConfirmForm authenticatorId={id} to={to} waiting={started !== null}>
      {started && (
        <div className="grid gap-5">
          <div className="grid justify-items-center">
            <QrCode text={started.uri} alt="QR code for your authenticator app" />
          </div>
          <p className="text-sm text-muted">
            Can’t scan it?{" "}
            <a className="link" href={started.uri}>
              Open your app on this device
            </a>
            , or type this key there:
          </p>
          <p className="rounded-control border border-line bg-subtle px-4 py-3 text-center font-mono break-words select-all">
            <span className="inline-block max-w-[20ch]">{started.secret.match(/.{1,4}/g)?.join(" ")}</span>
          </p>
        </div>
      )}
    </ConfirmForm>
  );
}
