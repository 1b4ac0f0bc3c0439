import type { Metadata } from "next";
import { Notice } from "@/app/ui/notice";
import { param, type SearchParams } from "@/app/ui/search-params";
import { listUsers, type UserRow } from "@/lib/auth/manage-users";
import { requirePermission } from "@/lib/web/current-principal";
import { Pager } from "./pager";
import { UserTable } from "./user-table";

export const metadata: Metadata = { title: "Users" };

const MAX_PAGE = 100_000;

type UserPage = { users: UserRow[]; total: number; page: number; pages: number };

export default async function AdminPage({ searchParams }: { searchParams: SearchParams }) {
  const principal = await requirePermission("user:list", "/admin");
  const query = (await param(searchParams, "q"))?.trim().slice(0, 200) ?? "";
  const page = pageNumber(await param(searchParams, "page"));
  const result = await listUsers(principal, { query, page });
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
          </form>
        </search>
      </div>
      {result.ok ? <Found {...result.value} query={query} /> : <Notice tone="error">{result.error.message}</Notice>}
    </>
  );
}

function Found({ users, total, page, pages, query }: UserPage & { query: string }) {
  if (total === 0)
    return (
      <p className="card p-8 text-center text-muted">
        {query ? `Nobody is found by “${query}”.` : "There are no users yet."}
      </p>
    );
  return (
    <div className="grid gap-4">
      <UserTable users={users} />
      <Pager {...{ total, page, pages, query }} />
    </div>
  );
}

/** Pages count from 1; what is no such number is the first page. */
function pageNumber(text: string | undefined): number {
  const page = Number(text);
  return Number.isSafeInteger(page) && page > 0 && page <= MAX_PAGE ? page : 1;
}
