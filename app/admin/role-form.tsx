"use client";

import { changeRoleAction } from "@/app/admin/actions";
import { Form, SubmitButton } from "@/app/ui/form";
import { Outcome, useButton } from "@/app/ui/outcome";

type RoleFormProps = { userId: string; name: string; role: string; roles: Record<string, string> };

/** A person's role, to be changed. */
export function RoleForm({ userId, name, role, roles }: RoleFormProps) {
  const form = useButton(changeRoleAction);
  return (
    <Form
      handle={form}
      className="grid justify-items-start gap-2 whitespace-normal max-md:justify-items-end md:grid-cols-[auto]"
    >
      <input type="hidden" name="userId" value={userId} />
      <Outcome />
      <div className="flex items-center gap-2 max-md:flex-wrap max-md:justify-end">
        {/* Made anew when the role has changed: an answer resets the form to what it was made with. */}
        <select key={role} name="role" defaultValue={role} aria-label={`Role of ${name}`} className="input input-small">
          {Object.entries(roles).map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
        <SubmitButton className="when-changed link cursor-pointer text-sm max-sm:h-10" pending="Changing…">
          Change
        </SubmitButton>
      </div>
    </Form>
  );
}
