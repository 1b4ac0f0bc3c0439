import { PRODUCT_NAME } from "@/lib/brand";

/** The mark: a key whose stem and bit draw an L. */
export function Mark({ className = "size-7" }: { className?: string }) {
  return (
    <svg viewBox="0 0 28 28" className={className} aria-hidden="true">
      <rect width="28" height="28" rx="7" className="fill-accent-fill" />
      <g fill="none" strokeWidth="2.5" strokeLinecap="round" strokeLinejoin="round" className="stroke-on-accent">
        <circle cx="12" cy="9.25" r="3.75" />
        <path d="M12 13v8.25h6.5M12 17.25h4" />
      </g>
    </svg>
  );
}

/** Mark and name side by side, as the top of every page has them. */
export function Brand() {
  return (
    <span className="inline-flex items-center gap-2 font-strong">
      <Mark />
      {PRODUCT_NAME}
    </span>
  );
}
