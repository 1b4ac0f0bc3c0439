"use client";

import { useContext } from "react";
import { beginPasskeyRegistrationAction, endPasskeyRegistrationAction } from "@/app/(auth)/passkeys/holder-actions";
import { PersonContext } from "@/app/ui/form";
import { toast } from "@/app/ui/toasts";
import { type FormAction, IDLE, PERSON_FIELD } from "@/lib/web/form-state";
import { CeremonyButton } from "./ceremony-button";
import { useCeremony, useSupport } from "./use-ceremony";

/** Tells of a success in the corner of the page: beside the button it would outlive the passkey, and with an offer vanish. */
const endAndTell: FormAction = async (state, form) => {
  const answer = await endPasskeyRegistrationAction(state, form);
  if (answer.status !== "success") return answer;
  if (answer.message) toast(answer.message);
  return IDLE;
};

/** Makes a passkey for the person: in a session that showed who they are just now, or that owes the setup of a factor. */
export function CreatePasskeyButton({
  to,
  className = "button justify-self-start",
}: {
  to?: string;
  className?: string;
}) {
  const person = useContext(PersonContext);
  const fields = { to, [PERSON_FIELD]: person };
  const ceremony = useCeremony(beginPasskeyRegistrationAction, endAndTell, fields);
  if (!useSupport()) return null;
  return (
    <CeremonyButton ceremony={ceremony} className={className} pending="Waiting for your device…">
      Create a passkey
    </CeremonyButton>
  );
}
