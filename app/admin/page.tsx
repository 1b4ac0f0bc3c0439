import type { Metadata } from "next";
import Link from "next/link";
import { Notice } from "@/app/ui/notice";
import { param, type SearchParams } from "@/app/ui/search-params";
import { listUsers, type UserList } from "@/lib/auth/manage-users";
import { requirePermission } from "@/lib/web/current-principal";
import { Pager } from "./pager";
import { UserTable } from "./user-table";

export const metadata: Metadata = { title: "Users" };

export default async function AdminPage({ searchParams }: { searchParams: SearchParams }) {
  const principal = await requirePermission("user:list", "/admin");
  const query = (await param(searchParams, "q"))?.trim().slice(0, 200) ?? "";
  const place = { older: seq(await param(searchParams, "older")), newer: seq(await param(searchParams, "newer")) };
  const result = await listUsers(principal, { query, ...place });
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="text-xl">Users</h1>
        <search className="max-sm:w-full">
          <form method="get" className="flex gap-2">
            <input
              type="search"
              name="q"
              defaultValue={query}
              aria-label="Name or email"
              placeholder="Name or email"
              className="input sm:w-64"
            />
            <button type="submit" className="button">
              Search
            </button>
            {query && (
              <Link href="/admin" prefetch={false} className="button">
                Clear
              </Link>
            )}
          </form>
        </search>
      </div>
      {result.ok ? <Found {...result.value} query={query} /> : <Notice tone="error">{result.error.message}</Notice>}
    </>
  );
}

function Found({ query, ...list }: UserList & { query: string }) {
  return (
    <div className="grid gap-4">
      {query && (list.newestOnly || list.more) && (
        <Notice tone="info">
          {list.newestOnly
            ? "Fewer than three letters are looked for among the newest 10,000 users only."
            : "More than 1,000 users match. These are the newest."}{" "}
          Type more to find others.
        </Notice>
      )}
      {list.users.length > 0 ? (
        <>
          <UserTable users={list.users} />
          <Pager {...list} query={query} />
        </>
      ) : (
        <p className="card p-8 text-center text-muted">
          {query ? `No users match “${query}”.` : "There are no users yet."}
        </p>
      )}
    </div>
  );
}

/** The number of a user that a page begins beside, or undefined when the text is none. */
function seq(text: string | undefined): number | undefined {
  return text && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
