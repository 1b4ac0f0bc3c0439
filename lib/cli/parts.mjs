import { DIALECT_PARTS } from "./dialect-parts.mjs";

/**
 * The parts that `npm run remove` can take out, and what belongs to each. It finds by itself what nothing uses afterwards (exports,
 * packages). `tests/contract/deletable` removes each part from a copy, and all at once.
 *
 * @typedef {object} Part
 * @property {string} is what it is, for people
 * @property {string[]} files paths that go; `*` is any part of a name
 * @property {Record<string, string[]>} [lines] by file: words on the lines whose statement, element or entry goes
 * @property {string[]} [packages] that go although knip counts them as used, because another package may use them
 * @property {string[]} [scripts] of package.json
 * @property {string[]} [variables] of .env.example and lib/env.ts
 * @property {string[]} [tables] that may be dropped afterwards
 * @property {string[]} [byHand] steps left to the person, one sentence each
 */

/** @param {string} name */
const inTelemetry = (name) => `lib/telemetry/${name}.ts`;

/** @type {Record<string, Part>} */
export const PARTS = {
  ...DIALECT_PARTS,
  admin: {
    is: "the pages of /admin",
    files: ["app/admin", "tests/e2e/admin.spec.ts"],
    lines: {
      "README.md": ["| `/admin` |"],
      "app/ui/header.tsx": ['href: "/admin"'],
      "tests/auth-provider/hostile-input.test.ts": ["Object.entries(adminActions)"],
      "tests/e2e/accessibility.spec.ts": ['"/admin'],
      "tests/contract/pages/wire.test.ts": ['["/admin", 403'],
      "tests/e2e/account.spec.ts": ["`/admin"],
      "tests/web/signed-in-forms.test.ts": ["Object.entries(adminActions)", '"of admins are refused'],
    },
  },
  dev: {
    is: "the pages of development, /dev",
    files: ["app/dev", "tests/web/development.unit.test.ts"],
    lines: {
      "README.md": ["| `/dev/mailbox` |", "| `/dev/openapi` |"],
      "app/(auth)/login/demo-accounts.tsx": ["Mail of this machine"],
      "lib/cli/dev.mjs": ["/dev/mailbox"],
    },
  },
  passkeys: {
    is: "sign-in by passkey",
    files: [
      ...["lib/auth/passkeys", "lib/web/passkeys.ts", "lib/web/ceremony-cookie.ts", "lib/dialects/*/passkeys*.ts"],
      ...["app/(auth)/passkeys", "app/(app)/account/security/*passkey*", "app/.well-known/passkey-endpoints"],
      ...["tests/*/passkeys.*", "tests/contract/*/passkeys.test.ts", "tests/contract/*/upstream/passkeys.test.ts"],
      ...["tests/support/kill-stories-passkey.ts", "tests/support/software-authenticator.ts"],
    ],
    lines: {
      "app/(app)/layout.tsx": ["<PasskeyOffer"],
      "app/(app)/account/security/page.tsx": ["<Passkeys", "passkeys: listPasskeys("],
      "app/(auth)/login/page.tsx": ["<PasskeyButton"],
      "app/(auth)/reauthenticate/page.tsx": ["<PasskeyButton"],
      "app/(auth)/two-factor/page.tsx": ["<PasskeyButton"],
      "app/(auth)/two-factor/setup/page.tsx": ["<CreatePasskeyButton"],
      "app/openapi.json/contract.ts": ["passkey-endpoints"],
      "lib/dialects/supabase/index.ts": ["...PASSKEY_ROUTES"],
      "lib/dialects/supabase/openapi.ts": ["...PASSKEY_OPERATIONS"],
      "tests/auth/ended-session.test.ts": ["a passkey removed"],
      "tests/brand.unit.test.ts": ["says so to passkeys"],
      "tests/dialects/supabase-ended-session.test.ts": ["a passkey is removed"],
      "tests/support/kill-stories.ts": ["...PASSKEY_STORIES"],
    },
    packages: ["@simplewebauthn/server", "@simplewebauthn/browser"],
    tables: ["Passkey"],
    byHand: ['Write autoComplete="username" in app/(auth)/login/form.tsx: browsers offer no passkeys there any more.'],
  },
  "two-factor": {
    is: "authenticator apps and recovery codes",
    files: [
      ...["lib/auth/two-factor", "lib/web/two-factor.ts", "lib/dialects/*/two-factor"],
      ...[
        "app/(auth)/authenticator",
        "app/(auth)/stop-factor-reset",
        "app/(app)/account/security/two-step",
        "app/admin/factor-reset",
      ],
      ...["tests/*/*two-factor*", "tests/contract/*/two-factor*", "tests/contract/*/upstream/two-factor*"],
    ],
    lines: {
      "app/admin/user-table.tsx": ["<FactorReset"],
      "app/(app)/account/page.tsx": ['security#two-step"', "level: levelOf"],
      "app/(app)/account/security/page.tsx": ["<TwoStep", "authenticators: list", "recoveryCodesLeft: count"],
      "app/(auth)/reauthenticate/page.tsx": ["<TypedStep", "<OtherWay"],
      "app/(auth)/two-factor/page.tsx": ["<TypedStep", "<OtherWay"],
      "app/(auth)/two-factor/setup/page.tsx": ["<ConfirmSetup", "<StartForm"],
      "lib/dialects/medusa/index.ts": ["...FACTOR_ROUTES", "...CHALLENGE_ROUTES"],
      "lib/dialects/medusa/openapi.ts": ["...FACTOR_OPERATIONS"],
      "lib/dialects/openauth/index.ts": ['"GET factor"', '"POST factor"'],
      "lib/dialects/openauth/openapi.ts": ["factor: ["],
      "lib/dialects/openauth/password-owing.ts": ["isTyped("],
      "lib/dialects/openauth/password-provider.ts": ["handleFactor("],
      "lib/dialects/supabase/index.ts": ["...FACTOR_ROUTES", "...RECOVERY_CODE_ROUTES"],
      "lib/dialects/supabase/openapi.ts": ["...FACTOR_OPERATIONS"],
      "tests/auth/clock-jumps.test.ts": ["lets no code of an authenticator app"],
      "tests/auth/ended-session.test.ts": [
        ...["a person's factors reset", "a reset taken back", "new recovery codes", "an authenticator app removed"],
      ],
      "tests/dialects/supabase-ended-session.test.ts": ["a factor is removed"],
      "tests/auth/passkeys.test.ts": ["and ends the sessions that were to set up a first factor"],
      "tests/support/kill-stories.ts": ["...TWO_FACTOR_STORIES"],
    },
    tables: ["Authenticator", "RecoveryCode"],
    byHand: [
      `Before the next start delete the factors and resets, or people owe codes that no page takes: DELETE FROM "Authenticator"; DELETE FROM "RecoveryCode"; DELETE FROM "Verification" WHERE "purpose" = 'factor-reset';`,
    ],
  },
  avatar: {
    is: "the upload of pictures",
    files: [
      ...["lib/auth/avatar", "lib/oauth/avatar.ts", "app/avatar", "app/(app)/account/avatar"],
      ...["tests/*/avatar*", "tests/contract/pages/avatar.test.ts", "tests/support/kill-stories-avatar.ts"],
    ],
    lines: {
      "app/(app)/account/page.tsx": ["<AvatarRow", "person: identityOf(", "picture: param("],
      "lib/auth/model/errors.ts": ["picture_unreadable:", "picture_too_large:", "picture_too_many_pixels:"],
      "lib/auth/model/limits.ts": ["picturePerUser:", "picturePerSource:"],
      "lib/oauth/link-account.ts": ["takeOverPicture("],
      "lib/oauth/sign-in.ts": ["takeOverPicture("],
      "lib/server/check-request.ts": ["avatar"],
      "tests/support/kill-stories.ts": ["...AVATAR_STORIES"],
    },
    tables: ["Avatar"],
  },
  telemetry: {
    is: "metrics for Prometheus, and traces by OpenTelemetry",
    files: [
      ...["bounded", "metrics-server", "producer", "recorder", "request-contexts"].map(inTelemetry),
      ...["settings", "spans", "start", "tally", "watch"].map(inTelemetry),
      ...["lib/telemetry/dashboard.json", "lib/telemetry/README.md"],
      ...["tests/telemetry/recorder.unit.test.ts", "tests/telemetry/tally.unit.test.ts"],
      ...["tests/bench/telemetry-cost.ts", "tests/contract/server/telemetry.test.ts", "tests/contract/server/upstream"],
      ...["tests/support/collector.ts", "tests/support/protobuf.ts", "tests/support/prometheus*"],
      "tests/support/first-visits.ts",
    ],
    lines: {
      "lib/env.ts": ["...TELEMETRY_SETTINGS", "given.METRICS_PORT"],
      "lib/server/README.md": ["**Metrics and traces.**"],
      "lib/server/start-work.ts": ["{ frontStands }", "watchIfAsked"],
      "lib/server/start.mjs": ["const require =", "const copy", "require(copy)", "require.cache["],
      "tests/bench/run.ts": ["measureTelemetry("],
      "tests/install-servers.mjs": ["prometheus: {"],
      "tests/env.unit.test.ts": ['test("without metrics', '["METRICS_PORT", "', '["OTEL_EXPORTER_OTLP_ENDPOINT", "'],
      "tests/starter/container.test.ts": ["metricsPort}/metrics"],
      "tests/telemetry/labels.unit.test.ts": ['describe("labels"'],
    },
    variables: [
      ...["METRICS_PORT", "METRICS_HOST"],
      ...["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_TRACES_SAMPLER", "OTEL_PROPAGATORS"],
    ],
    byHand: [
      "What the code tells of itself (observe, count and gauge of lib/telemetry/index.ts) is heard by no one: recordWith() takes a recorder of your own, or delete the calls.",
    ],
  },
};

/** What only several parts use: it goes with the last of them. */
/** @type {(Part & { of: string[] })[]} */
export const SHARED = [
  {
    of: ["passkeys", "two-factor"],
    is: "the second step's own pages",
    files: ["app/(auth)/two-factor"],
    byHand: ["Leave AUTH_REQUIRE_SECOND_FACTOR at none: a session that owes a factor could not pay it."],
  },
  {
    of: ["medusa", "openauth", "strapi", "supabase"],
    is: "what only dialects need",
    files: [
      ...["tests/dialects/upstream.unit.test.ts", "tests/dialects/tables.unit.test.ts"],
      ...["tests/support/documented-routes.ts", "tests/support/who-am-i.ts", "tests/wire/same-network.unit.test.ts"],
    ],
    lines: {
      "tests/bench/scale-operations.ts": ["const whoAmI ="],
      "tests/vitest.config.ts": ['support("documented-routes")'],
    },
    scripts: ["test:upstream"],
    byHand: [
      "No route issues access or refresh tokens any more. What reads and keeps them stays, as /api/me and /.well-known/jwks.json use it.",
    ],
  },
];
