import { vi } from "vitest";

// `vi.mock("@/lib/auth/model/profile-fields", () => import("@/tests/support/fields-everywhere"))` puts this in place of the
// list: the same fields, each asked, shown and accepted wherever a field can be.

type Listed = typeof import("@/lib/auth/model/profile-fields");
const { PROFILE_FIELDS: listed } = await vi.importActual<Listed>("@/lib/auth/model/profile-fields");

export const PROFILE_FIELDS = listed.map((field) => ({
  ...field,
  registration: "required",
  account: true,
  identity: true,
  api: true,
  fromProvider: ({ raw }: { raw: Record<string, unknown> }) => raw[field.column],
}));
