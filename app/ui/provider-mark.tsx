import { markOf } from "@/lib/oauth/marks";
import { findProvider } from "@/lib/oauth/registry";

/** The mark of the provider with this id. Decoration: the name stands beside it. */
export function ProviderMark({ provider }: { provider: string }) {
  return (
    <svg viewBox="0 0 24 24" className="size-4.5 shrink-0" aria-hidden="true">
      {markOf(findProvider(provider)?.icon ?? provider).map(({ path, color = "currentColor", line }) => (
        <path key={path} d={path} fill={line ? "none" : color} stroke={line ? color : undefined} strokeWidth={line} />
      ))}
    </svg>
  );
}
