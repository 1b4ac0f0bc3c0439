import type { ReactNode } from "react";
import { endUserSessionsAction, setUserDisabledAction } from "@/app/admin/actions";
import { FactorReset } from "@/app/admin/factor-reset/button";
import { RoleForm } from "@/app/admin/role-form";
import { ActionButton } from "@/app/ui/action-button";
import { Time } from "@/app/ui/time";
import type { UserRow } from "@/lib/auth/manage-users";
import { ROLES } from "@/lib/auth/model/permissions";

const COLUMNS = ["User", "Role", "State", "Joined", "Sessions"];

/** One row a user. On a phone each row is a card whose cells name their columns themselves. */
export function UserTable({ users }: { users: UserRow[] }) {
  return (
    <table className="card w-full border-spacing-0 text-left max-md:block md:border-separate">
      <thead className="max-md:sr-only">
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className="py-2.5 pl-4 text-sm text-muted">
              {column}
            </th>
          ))}
          <th scope="col">
            <span className="sr-only">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody className="max-md:block max-md:divide-y max-md:divide-line">
        {users.map((user) => (
          <Row key={user.id} user={user} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ user }: { user: UserRow }) {
  return (
    <tr className="max-md:grid max-md:grid-cols-[minmax(0,1fr)] max-md:gap-1 max-md:p-4">
      <th scope="row" className="md:w-full md:max-w-0 md:border-t md:border-line md:py-3 md:pl-4 max-md:pb-1">
        <div className="flex items-center gap-2">
          <bdi className="truncate">{user.name || user.email}</bdi>
          {user.self && <span className="badge">You</span>}
        </div>
        {user.name && <p className="truncate text-sm font-normal text-muted">{user.email}</p>}
      </th>
      <Cell column="Role">
        {user.self ? (
          user.role
        ) : (
          <RoleForm userId={user.id} name={user.name || user.email} role={user.role} roles={ROLES} />
        )}
      </Cell>
      <Cell column="State">
        {user.disabledAt ? (
          <span className="text-danger">
            Disabled <Time at={user.disabledAt} />
          </span>
        ) : (
          "Active"
        )}
        {user.factorsResetAt && (
          <span className="text-muted">
            , factors go <Time at={user.factorsResetAt} />
          </span>
        )}
      </Cell>
      <Cell column="Joined">
        <Time at={user.createdAt} />
      </Cell>
      <Cell column="Sessions">{user.sessionCount}</Cell>
      <td className="md:border-t md:border-line md:px-4 md:py-3 max-md:empty:hidden">
        {!user.self && <Actions user={user} />}
      </td>
    </tr>
  );
}

function Cell({ column, children }: { column: string; children: ReactNode }) {
  return (
    <td
      data-column={column}
      className="whitespace-nowrap max-md:flex max-md:items-center max-md:justify-between max-md:gap-4 max-md:before:text-muted max-md:before:content-[attr(data-column)] md:border-t md:border-line md:py-3 md:pl-4"
    >
      <span>{children}</span>
    </td>
  );
}

function Actions({ user }: { user: UserRow }) {
  const disabled = Boolean(user.disabledAt);
  return (
    <div className="flex items-end gap-2 max-md:flex-wrap max-md:pt-2 md:justify-end">
      <FactorReset user={user} />
      <ActionButton action={endUserSessionsAction} fields={{ userId: user.id }} pending="Ending…">
        End sessions
      </ActionButton>
      <ActionButton
        action={setUserDisabledAction}
        fields={{ userId: user.id, disabled: String(!disabled) }}
        pending={disabled ? "Enabling…" : "Disabling…"}
        className={disabled ? "button button-small" : "button button-danger button-small"}
      >
        {disabled ? "Enable" : "Disable"}
      </ActionButton>
    </div>
  );
}
