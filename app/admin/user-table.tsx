import type { ReactNode } from "react";
import { revokeUserSessionsAction, setUserDisabledAction } from "@/app/admin/actions";
import { FactorReset } from "@/app/admin/factor-reset/button";
import { RoleForm } from "@/app/admin/role-form";
import { RowMenu } from "@/app/admin/row-menu";
import { ROLE_TITLES } from "@/app/admin/user-query";
import { ActionButton } from "@/app/ui/action-button";
import { Pictogram } from "@/app/ui/pictogram";
import { Time } from "@/app/ui/time";
import type { UserRow } from "@/lib/auth/manage-users";

const COLUMNS = ["User", "Role", "State", "Joined", "Devices"];

/** One row a user. On a phone each row is a card whose cells name their columns themselves. */
export function UserTable({ users }: { users: UserRow[] }) {
  return (
    <table className="card w-full border-spacing-0 max-md:block md:border-separate">
      <thead className="max-md:sr-only">
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className="py-2.5 ps-4 text-sm text-muted">
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
    <tr className="max-md:relative max-md:grid max-md:grid-cols-[minmax(0,1fr)] max-md:gap-1 max-md:p-4">
      <th
        scope="row"
        className="md:w-full md:max-w-0 md:border-t md:border-line md:py-3 md:ps-4 max-md:min-h-12 max-md:pe-14 max-md:pb-1"
      >
        <div className="flex items-center gap-2">
          <bdi className="truncate">{user.name || user.email}</bdi>
          {user.self && <span className="badge">You</span>}
        </div>
        {user.name && <p className="truncate text-sm font-normal text-muted">{user.email}</p>}
      </th>
      <Cell column="Role">
        {user.self ? (
          (ROLE_TITLES[user.role] ?? user.role)
        ) : (
          <RoleForm userId={user.id} name={user.name || user.email} role={user.role} roles={ROLE_TITLES} />
        )}
      </Cell>
      <Cell column="State">
        {user.disabledAt ? (
          <span className="badge text-danger">
            Disabled <Time at={user.disabledAt} />
          </span>
        ) : (
          <span className="badge">Active</span>
        )}
        {user.factorsResetAt && (
          <span className="block text-sm text-muted md:w-48 md:whitespace-normal">
            Passkeys and apps will be removed <Time at={user.factorsResetAt} />
          </span>
        )}
      </Cell>
      <Cell column="Joined">
        <Time at={user.createdAt} />
      </Cell>
      <Cell column="Devices">{user.sessionCount}</Cell>
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
      className="md:whitespace-nowrap max-md:flex max-md:flex-wrap max-md:items-center max-md:justify-between max-md:gap-4 max-md:before:text-muted max-md:before:content-[attr(data-column)] md:border-t md:border-line md:py-3 md:ps-4"
    >
      <span>{children}</span>
    </td>
  );
}

function Actions({ user }: { user: UserRow }) {
  const disabled = Boolean(user.disabledAt);
  return (
    <RowMenu label={`Actions for ${user.name || user.email}`} sign={<Pictogram name="dots" />}>
      <FactorReset user={user} />
      <ActionButton
        action={revokeUserSessionsAction}
        fields={{ userId: user.id }}
        pending="Signing out…"
        className="menu-item"
      >
        Sign out everywhere
      </ActionButton>
      <ActionButton
        action={setUserDisabledAction}
        fields={{ userId: user.id, disabled: String(!disabled) }}
        pending={disabled ? "Enabling…" : "Disabling…"}
        className={disabled ? "menu-item" : "menu-item text-danger"}
      >
        {disabled ? "Enable" : "Disable"}
      </ActionButton>
    </RowMenu>
  );
}
