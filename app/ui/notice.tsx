import type { ReactNode } from "react";
import { Icon } from "./icons";

type NoticeProps = { tone: "error" | "success" | "info"; children: ReactNode; className?: string; autoFocus?: boolean };

/** A sentence about what happened. It can take focus, so that a screen reader goes on from here. */
export function Notice({ tone, children, className = "", ...rest }: NoticeProps) {
  const isError = tone === "error";
  const look = isError ? "border-danger-line bg-danger-subtle text-danger" : "border-line bg-subtle text-ink";
  return (
    <div
      role={isError ? "alert" : "status"}
      tabIndex={-1}
      className={`flex min-w-[min(11rem,100%)] gap-2 rounded-control border px-3 py-2.5 text-sm ${look} ${className}`}
      {...rest}
    >
      <Icon name={tone} className="mt-0.5 size-4" />
      <p className="min-w-0 break-words">{children}</p>
    </div>
  );
}
