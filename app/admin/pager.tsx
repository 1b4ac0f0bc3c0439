import Link from "next/link";
import type { UserList } from "@/lib/auth/manage-users";

type PagerProps = Pick<UserList, "total" | "more" | "previous" | "next"> & { query: string };

/** How many are found, and the way to the pages before and after. */
export function Pager({ total, more, previous, next, query }: PagerProps) {
  return (
    <nav aria-label="Pages" className="flex min-h-8 items-center justify-between gap-4 text-sm text-muted">
      <p>
        {more && "More than "}
        {total.toLocaleString("en")} {total === 1 ? "user" : "users"}
      </p>
      {(previous || next) && (
        <div className="flex gap-2">
          <PageLink to={previous} query={query}>
            Previous
          </PageLink>
          <PageLink to={next} query={query}>
            Next
          </PageLink>
        </div>
      )}
    </nav>
  );
}

/** A link that keeps its place when there is no such page, so that the other does not move under the pointer. */
function PageLink({ to, query, children }: { to: PagerProps["next"]; query: string; children: string }) {
  if (!to)
    return (
      <span className="button button-small" aria-disabled="true">
        {children}
      </span>
    );
  const search = new URLSearchParams({ ...(query && { q: query }) });
  for (const [name, seq] of Object.entries(to)) search.set(name, String(seq));
  return (
    <Link href={`/admin?${search}`} prefetch={false} className="button button-small">
      {children}
    </Link>
  );
}
