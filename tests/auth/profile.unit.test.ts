import { expect, test, vi } from "vitest";
import { z } from "zod";
import * as profile from "@/lib/auth/model/profile";
import * as schemas from "@/lib/auth/model/schemas";
import { formState } from "@/lib/web/form-actions";

// A list as cloners may write it, without their columns.
vi.mock("@/lib/auth/model/profile-fields", async () => {
  const { line } = await import("@/lib/auth/model/text");
  const field = { label: "Name", input: {}, schema: line(10), fromProvider: null };
  const everywhere = { registration: "optional", account: true, identity: true, api: true };
  return {
    PROFILE_FIELDS: [
      { ...field, ...everywhere, column: "name" },
      { ...field, ...everywhere, column: "vatNumber", label: "VAT number", registration: "required" },
      {
        ...field,
        ...everywhere,
        column: "postcode",
        label: "Postcode",
        schema: z.enum(["10115", "20095"]),
        api: false,
      },
      { ...field, column: "note", registration: "no", account: false, identity: false, api: false },
    ],
  };
});

const registration = (given: object) =>
  schemas.RegisterInput.safeParse({ email: "a@example.com", password: "x", ...given });
const change = (given: object) => schemas.ProfileInput.safeParse(given);
const problems = (result: ReturnType<typeof registration | typeof change>) =>
  Object.fromEntries(result.error?.issues.map(({ path, message }) => [path[0], message]) ?? []);

test("blank is none, whatever the schema of a field would say of it", () => {
  for (const blank of ["", "  ", "\u200b", "\u202e \u0000"])
    expect(registration({ name: blank, vatNumber: "1" }).data, JSON.stringify(blank)).toMatchObject({ name: null });
  expect(registration({ postcode: " ", vatNumber: "1" }).data).toMatchObject({ postcode: null });
  expect(problems(registration({ postcode: "00000", vatNumber: "1" }))).toEqual({ postcode: expect.any(String) });
});

test("a required field is asked for in words with its label, and cannot be emptied in /account", () => {
  for (const given of [{}, { vatNumber: null }, { vatNumber: " " }, { vatNumber: "\u200b" }])
    expect(problems(registration(given))).toEqual({ vatNumber: "Enter your VAT number." });
  expect(problems(change({ vatNumber: "" }))).toEqual({ vatNumber: "Enter your VAT number." });
  expect(change({ name: "" }).data).toEqual({ name: null });
});

test("what a form or a client may not set is not read from what it sent", () => {
  const all = { name: "A", vatNumber: "1", postcode: "10115", note: "x", role: "admin", emailVerified: "2026-01-01" };
  const { email: _, password: __, ...asked } = registration(all).data ?? {};
  expect(asked).toEqual({ name: "A", vatNumber: "1", postcode: "10115" });
  expect(change(all).data).toEqual({ name: "A", vatNumber: "1", postcode: "10115" });
  const taken = profile.takeApiFields<string>(all, "sign-up");
  const { name, vatNumber, ...rest } = all;
  expect(taken).toEqual({ ok: true, value: { fields: { name, vatNumber }, rest } });
});

test("APIs and the identity tell what they may, and no more", () => {
  const user = { name: "A", vatNumber: null, postcode: "10115", note: "x", email: "a@example.com" };
  expect(profile.apiFieldsOf(user)).toEqual({ name: "A" });
  expect(profile.identityFieldsOf(profile.profileOf(user))).toEqual({ name: "A", vatNumber: null, postcode: "10115" });
});

test("a field that is called like a secret stays where it was typed", () => {
  const typed = { postcode: "00000", code: "123456", password: "x" };
  expect(formState({ status: "error" }, typed).values).toEqual({ postcode: "00000" });
});
