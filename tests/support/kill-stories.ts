import { AVATAR_STORIES } from "./kill-stories-avatar";
import { EMAIL_STORIES } from "./kill-stories-email";
import { EMAIL_CODE_STORIES } from "./kill-stories-email-code";
import { INVITATION_STORIES } from "./kill-stories-invitation";
import { OPENAUTH_STORIES } from "./kill-stories-openauth";
import { PASSKEY_STORIES } from "./kill-stories-passkey";
import { PASSWORD_STORIES } from "./kill-stories-password";
import { PROVIDER_STORIES } from "./kill-stories-provider";
import { REGISTRATION_STORIES } from "./kill-stories-registration";
import { SESSION_STORIES } from "./kill-stories-session";
import { STRAPI_STORIES } from "./kill-stories-strapi";
import { SUPABASE_STORIES } from "./kill-stories-supabase";
import { TWO_FACTOR_STORIES } from "./kill-stories-two-factor";
import type { Story } from "./kill-story";

export const STORIES: Story[] = [
  ...REGISTRATION_STORIES,
  ...PASSWORD_STORIES,
  ...EMAIL_STORIES,
  ...EMAIL_CODE_STORIES,
  ...PROVIDER_STORIES,
  ...SESSION_STORIES,
  ...TWO_FACTOR_STORIES,
  ...PASSKEY_STORIES,
  ...AVATAR_STORIES,
  ...INVITATION_STORIES,
  ...SUPABASE_STORIES,
  ...OPENAUTH_STORIES,
  ...STRAPI_STORIES,
];
