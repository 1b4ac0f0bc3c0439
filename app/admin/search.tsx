import Link from "next/link";
import type { UserQuery } from "@/lib/auth/manage-users";
import { ROLE_TITLES } from "./user-query";

/** Who is to be shown, and in which order. It needs no script: its address is the page's. */
export function Search({ query, role, isDisabled, order }: UserQuery) {
  return (
    <search>
      <form method="get" action="/admin" className="flex flex-wrap gap-2">
        <input
          type="search"
          name="q"
          defaultValue={query}
          aria-label="Name or email"
          placeholder="Name or email"
          className="input basis-56 sm:max-w-72 sm:grow"
        />
        <Choice name="role" label="Role" chosen={role ?? ""} options={{ "": "All roles", ...ROLE_TITLES }} />
        <Choice
          name="state"
          label="State"
          chosen={isDisabled ? "disabled" : ""}
          options={{ "": "All states", disabled: "Disabled" }}
        />
        <Choice
          name="order"
          label="Order"
          chosen={order === "oldest" ? order : ""}
          options={{ "": "Newest first", oldest: "Oldest first" }}
        />
        <button type="submit" className="button max-sm:grow">
          Search
        </button>
        {(query || role || isDisabled) && (
          <Link href="/admin" prefetch={false} className="button max-sm:grow">
            Clear
          </Link>
        )}
      </form>
    </search>
  );
}

type ChoiceProps = { name: string; label: string; chosen: string; options: Record<string, string> };

function Choice({ name, label, chosen, options }: ChoiceProps) {
  return (
    // Another address gets a new form, because the browser would keep the former choice.
    <select key={chosen} name={name} defaultValue={chosen} aria-label={label} className="input w-auto max-sm:grow">
      {Object.entries(options).map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  );
}
