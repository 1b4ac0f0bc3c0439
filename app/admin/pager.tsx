import Link from "next/link";

type PagerProps = { total: number; page: number; pages: number; query: string };

/** How many there are, and the way to the pages before and after. */
export function Pager({ total, page, pages, query }: PagerProps) {
  const href = (to: number) => `/admin?${new URLSearchParams({ ...(query && { q: query }), page: String(to) })}`;
  return (
    <nav aria-label="Pages" className="flex min-h-8 items-center justify-between gap-4 text-sm text-muted">
      <p>
        {total} {total === 1 ? "user" : "users"}
        {pages > 1 && ` · page ${page} of ${pages}`}
      </p>
      <div className="flex gap-2">
        {page > 1 && (
          <Link href={href(Math.min(page - 1, pages))} prefetch={false} className="button button-small">
            Previous
          </Link>
        )}
        {page < pages && (
          <Link href={href(page + 1)} prefetch={false} className="button button-small">
            Next
          </Link>
        )}
      </div>
    </nav>
  );
}
