import { NavLink } from "@/app/ui/nav-link";
import type { UserList, UserQuery } from "@/lib/auth/manage-users";
import { addressOf } from "./user-query";

type PagerProps = Pick<UserList, "total" | "more" | "previous" | "next"> & { query: UserQuery };

/** How many users were found, and links to the pages before and after. */
export function Pager({ total, more, previous, next, query }: PagerProps) {
  return (
    <nav
      aria-label="Pages"
      className="flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-2 text-sm text-muted"
    >
      <p>
        {more && "More than "}
        {total.toLocaleString("en")} {total === 1 ? "user" : "users"}
      </p>
      {(previous || next) && (
        <div className="flex flex-wrap gap-2">
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
function PageLink({ to, query, children }: { to: PagerProps["next"]; query: UserQuery; children: string }) {
  if (!to)
    return (
      <span className="button button-small" aria-disabled="true">
        {children}
      </span>
    );
  return (
    <NavLink href={addressOf(query, to)} className="button button-small relative">
      {children}
    </NavLink>
  );
}
