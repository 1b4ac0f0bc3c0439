import type { Metadata } from "next";
import { Notice } from "@/app/ui/notice";
import type { SearchParams } from "@/app/ui/search-params";
import { listUsers, type UserList, type UserQuery } from "@/lib/auth/manage-users";
import { requirePermission } from "@/lib/web/current-principal";
import { Pager } from "./pager";
import { Search } from "./search";
import { readPlace, readQuery } from "./user-query";
import { UserTable } from "./user-table";

export const metadata: Metadata = { title: "Users" };

export default async function AdminPage({ searchParams }: { searchParams: SearchParams }) {
  const principal = await requirePermission("user:list");
  const query = await readQuery(searchParams);
  const result = await listUsers(principal, { ...query, ...(await readPlace(searchParams)) });
  return (
    <>
      <h1 className="text-xl">Users</h1>
      <Search {...query} />
      {result.ok ? <Found {...result.value} query={query} /> : <Notice tone="error">{result.error.message}</Notice>}
    </>
  );
}

function Found({ query, ...list }: UserList & { query: UserQuery }) {
  const limits = limitsOf(list, query);
  return (
    <div className="grid gap-4">
      {limits && <Notice tone="info">{limits}</Notice>}
      {list.users.length > 0 ? (
        <>
          <UserTable users={list.users} />
          <Pager {...list} query={query} />
        </>
      ) : (
        <p className="card p-8 text-center text-muted">{emptyWords(query)}</p>
      )}
    </div>
  );
}

/** What the list leaves out, and what to do about it. */
function limitsOf({ newestOnly, more }: UserList, { query, order }: UserQuery): string | null {
  if (newestOnly)
    return "Fewer than three letters are looked for among the newest 10,000 users only. Type more to find others.";
  if (!more || !query) return null;
  return `More than 1,000 users match “${query}”. Only the ${order} of them are looked at. Type more to find others.`;
}

function emptyWords({ query, role, isDisabled }: UserQuery): string {
  const isFiltered = role || isDisabled;
  if (query) return `No users match “${query}”${isFiltered ? " and these filters" : ""}.`;
  return isFiltered ? "No users match these filters." : "There are no users yet.";
}
