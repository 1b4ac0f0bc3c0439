import type { ReactNode } from "react";
import { Icon } from "./icons";

const TONES = {
  error: { role: "alert", icon: "alert", look: "border-danger-line bg-danger-subtle text-danger" },
  success: { role: "status", icon: "check", look: "border-line bg-subtle text-ink" },
  info: { role: "status", icon: "info", look: "border-line bg-subtle text-ink" },
} as const;

type NoticeProps = { tone: keyof typeof TONES; children: ReactNode; className?: string; autoFocus?: boolean };

/** A sentence about what happened. It can take focus, so that a screen reader goes on from here. */
export function Notice({ tone, children, className = "", ...rest }: NoticeProps) {
  const { role, icon, look } = TONES[tone];
  return (
    <div
      role={role}
      tabIndex={-1}
      className={`flex min-w-[min(11rem,100%)] gap-2 rounded-control border px-3 py-2.5 text-sm ${look} ${className}`}
      {...rest}
    >
      <Icon name={icon} className="mt-0.5 size-4" />
      <p className="min-w-0 break-words">{children}</p>
    </div>
  );
}
