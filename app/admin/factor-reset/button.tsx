import { cancelFactorResetAction, requestFactorResetAction } from "@/app/admin/factor-reset/actions";
import { ActionButton } from "@/app/ui/action-button";
import type { UserRow } from "@/lib/auth/manage-users";

/** For a person who has lost app, passkeys and recovery codes. */
export function FactorReset({ user: { id, hasSecondFactor, factorsResetAt } }: { user: UserRow }) {
  if (factorsResetAt)
    return (
      <ActionButton action={cancelFactorResetAction} fields={{ userId: id }} pending="Keeping…" className="menu-item">
        Keep passkeys and apps
      </ActionButton>
    );
  return (
    hasSecondFactor && (
      <ActionButton
        action={requestFactorResetAction}
        fields={{ userId: id }}
        pending="Resetting…"
        className="menu-item"
      >
        Reset passkeys and apps
      </ActionButton>
    )
  );
}
