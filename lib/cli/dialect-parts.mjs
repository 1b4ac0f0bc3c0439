/** The other systems' contracts, each a part that can be removed. @type {Record<string, import("./parts.mjs").Part>} */
export const DIALECT_PARTS = {
  medusa: {
    is: "Medusa's contract",
    files: [
      "lib/dialects/medusa",
      "app/auth/[[...path]]",
      "app/store",
      "app/admin/invites",
      "app/admin/users",
      "lib/auth/invite-admin.ts",
      "tests/auth/invite-admin.test.ts",
      "tests/support/kill-stories-invitation.ts",
      "tests/contract/medusa",
      "tests/dialects/medusa*",
    ],
    lines: {
      "app/openapi.json/contracts.ts": ["dialects/medusa/"],
      "lib/events/events.ts": ['"invite.created"'],
      "lib/events/subscribers.ts": ['"invite.created"'],
      "tests/auth/ended-session.test.ts": ["an admin invited", "an invitation taken back"],
      "tests/bench/scale-operations.ts": ["whoAmI(MEDUSA)"],
      "tests/support/kill-stories.ts": ["...INVITATION_STORIES"],
    },
    variables: ["MEDUSA_STOREFRONT_URL", "MEDUSA_PUBLISHABLE_KEYS"],
  },
  openauth: {
    is: "OpenAuth's contract",
    files: [
      ...[
        "lib/dialects/openauth",
        "app/openauth",
        "app/password",
        "app/.well-known/oauth-authorization-server",
        "tests/contract/openauth",
        "tests/dialects/openauth*",
      ],
      ...["lib/auth/reset-by-code.ts", "tests/auth/reset-by-code.test.ts", "tests/support/kill-stories-openauth.ts"],
    ],
    lines: {
      "app/openapi.json/contracts.ts": ["dialects/openauth/"],
      "tests/auth/guess.test.ts": [
        ...["function resetCodeRow", "exists only where its mail went out", "is guessed at most ten times an account"],
        "that is right is refused while its source",
      ],
      "tests/auth/same-work.test.ts": ["sendResetCode("],
      "tests/brand.unit.test.ts": ["says so on OpenAuth's screens"],
      "tests/support/guess-races.ts": ["codes guessed at once over ten resets", "const RESETS"],
      "tests/bench/scale-operations.ts": ["whoAmI(OPENAUTH)"],
      "tests/support/kill-stories.ts": ["...OPENAUTH_STORIES"],
      "tests/support/kill-stories-password.ts": [
        ...['"a person asks for a reset code"', '"a person types the reset code"', '"a person sets the password after'],
      ],
      "tests/support/race-runners.ts": ["confirmResetCode:"],
    },
  },
  strapi: {
    is: "Strapi's contract",
    files: [
      ...["lib/dialects/strapi", "app/api/[[...path]]", "app/connect", "app/auth/[provider]"],
      ...["tests/contract/strapi", "tests/dialects/strapi*", "tests/faults/promotion.test.ts"],
      "tests/support/kill-stories-strapi.ts",
    ],
    variables: ["STRAPI_JWT_MANAGEMENT"],
    lines: {
      "app/openapi.json/contracts.ts": ["dialects/strapi/"],
      "lib/auth/model/limits.ts": ["usernamePerUser:"],
      "tests/bench/scale-operations.ts": ["whoAmI(STRAPI)"],
      "tests/support/kill-stories.ts": ["...STRAPI_STORIES"],
    },
    byHand: [
      "tests/faults sign in through Strapi's route: give tests/support/http-client.ts and tests/faults/mail.test.ts another.",
    ],
  },
  supabase: {
    is: "Supabase's contract",
    files: [
      ...["lib/dialects/supabase", "app/auth/v1", "tests/contract/supabase", "tests/dialects/supabase*"],
      ...[
        "lib/auth/recover-by-mail.ts",
        "tests/auth/recover-by-mail.test.ts",
        "lib/auth/operator",
        "tests/e2e/supabase*",
        "tests/support/kill-stories-supabase.ts",
      ],
    ],
    variables: ["SUPABASE_SERVICE_KEYS"],
    lines: {
      "app/openapi.json/contracts.ts": ["dialects/supabase/"],
      "tests/brand.unit.test.ts": ["says so to Supabase's clients"],
      "tests/bench/scale-operations.ts": ["whoAmI(SUPABASE)"],
      "tests/support/kill-stories.ts": ["...SUPABASE_STORIES"],
      "tests/support/kill-stories-password.ts": [
        ...["const recover =", '"a person signs in by the reset link', '"an app signs a person in by the reset code'],
      ],
    },
  },
};
