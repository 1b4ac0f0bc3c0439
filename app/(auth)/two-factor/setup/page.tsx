import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { ConfirmSetup } from "@/app/(auth)/authenticator/confirm-setup";
import { StartForm } from "@/app/(auth)/authenticator/setup-form";
import { CreatePasskeyButton } from "@/app/(auth)/passkeys/create-button";
import { AuthCard } from "@/app/ui/auth-card";
import { PageOf } from "@/app/ui/page-of";
import { param, type SearchParams } from "@/app/ui/search-params";
import type { Holder } from "@/lib/auth/model/principal";
import { requireFresh } from "@/lib/auth/steps/reauthenticate";
import { currentHolder } from "@/lib/web/current-principal";
import { safeRedirect, withTo } from "@/lib/wire/safe-redirect";

export const metadata: Metadata = { title: "Two-step sign-in", robots: { index: false } };

/** Where people come from, unless `to` says otherwise. */
const SECTION = "/account/security#two-step";

export default async function SetupPage({ searchParams }: { searchParams: SearchParams }) {
  const to = safeRedirect(await param(searchParams, "to"), SECTION);
  const holder = await currentHolder();
  if (!holder) redirect(withTo("/login", SECTION));
  await requireProof(holder, to);
  const id = await param(searchParams, "id");
  const setupKey = await param(searchParams, "key");
  if (id && setupKey) return <ConfirmSetup holder={holder} id={id} setupKey={setupKey} to={to} />;
  const owes = "owed" in holder;
  return (
    <PageOf person={holder.userId}>
      <AuthCard
        title="Set up two-step sign-in"
        lead={
          owes
            ? "This site asks for a second step when you sign in. Setting it up takes a minute."
            : "After your password, you’ll enter a code from an app on your phone. A stolen password alone is then not enough to sign in."
        }
        footer={
          <a className="link" href={owes ? "/login" : to}>
            {owes ? "Back to sign in" : "Not now"}
          </a>
        }
      >
        <StartForm to={to} />
        {owes && <CreatePasskeyButton to={to} className="button w-full" />}
      </AuthCard>
    </PageOf>
  );
}

/** A session that owes the setup has just proved its password. A signed-in person proves again who they are. */
async function requireProof(holder: Holder, to: string): Promise<void> {
  if ("owed" in holder) {
    if (holder.owed === "second-factor") redirect(withTo("/two-factor", to));
    return;
  }
  const fresh = await requireFresh(holder);
  if (!fresh.ok) redirect(`/reauthenticate?${new URLSearchParams({ to: SECTION })}`);
}
