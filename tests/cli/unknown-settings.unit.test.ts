import { afterEach, expect, test, vi } from "vitest";
import { unknownSettings } from "@/lib/cli/unknown-settings";
import { registry } from "@/lib/oauth/registry";
import { CLUB } from "@/tests/support/club";

afterEach(() => vi.unstubAllEnvs());

function set(...names: string[]): string[] {
  for (const name of names) vi.stubEnv(name, "hush-hush");
  return unknownSettings();
}

test.each([
  ["AUTH_GOGLE_SECRET", "AUTH_GOOGLE_SECRET"],
  ["AUTH_MICROSOFT_ENTRA_SECRET", undefined],
  ["AUTH_REQIRE_SECOND_FACTOR", "AUTH_REQUIRE_SECOND_FACTOR"],
  ["AUTH_TRUST_HOST", undefined],
  ["MAIL_FORM", "MAIL_FROM"],
  ["DATABASE_URI", "DATABASE_URL"],
])("says that %s is no setting, names the nearest (%s), and tells no value", (name, near) => {
  const question = near ? ` Did you mean ${near}?` : "";
  expect(set(name)).toEqual([`${name} has no effect: there is no such setting.${question}`]);
});

test("says nothing of settings, empty variables, and what belongs to other programs", () => {
  vi.stubEnv("AUTH_NONE", "");
  const ours = [
    "AUTH_APPLE_ID",
    "AUTH_OIDC_ISSUER",
    "AUTH_MICROSOFT_ENTRA_ID_SECRET",
    "METRICS_PORT",
    "RESEND_BASE_URL",
  ];
  const others = ["API_URL", "APP_UID", "DATABASE_NAME", "SUPABASE_URL", "OTEL_EXPORTER_OTLP_HEADERS", "SSH_AUTH_SOCK"];
  expect(set(...ours, ...others)).toEqual([]);
});

test("knows the settings of a provider that a site adds", () => {
  expect(set("AUTH_CLUB_ID", "AUTH_CLUB_SECRET")).toHaveLength(2);
  registry.add("club", CLUB);
  expect(unknownSettings()).toEqual([]);
  registry.remove("club");
});
