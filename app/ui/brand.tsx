import { BRAND } from "@/lib/brand";

const { path, line } = BRAND.mark;

/** The mark, as `app/icon.svg` draws it too. */
function Mark({ className = "size-7" }: { className?: string }) {
  return (
    <svg viewBox="0 0 28 28" className={className} aria-hidden="true">
      <rect width="28" height="28" rx="7" className="fill-accent-fill" />
      <path
        d={path}
        strokeWidth={line}
        strokeLinecap="round"
        strokeLinejoin="round"
        className={line ? "fill-none stroke-on-accent" : "fill-on-accent"}
      />
    </svg>
  );
}

/** Mark and name side by side, as the top of every page has them. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2 font-strong">
      <Mark />
      {BRAND.name}
    </span>
  );
}
