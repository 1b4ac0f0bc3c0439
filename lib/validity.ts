/** For how long codes and links work. Mails and pages say it, and their rows keep it. */
export const CONFIRM_TTL_MINUTES = 10;
export const CONFIRM_LINK_TTL_HOURS = 24;
export const RESET_TTL_MINUTES = 30;
export const INVITATION_TTL_HOURS = 24;
export const NEW_EMAIL_TTL_MINUTES = 60;
export const UNDO_EMAIL_TTL_DAYS = 7;
/** For how long a visit to a third party may take, and for how long its account waits to be linked. */
export const PROVIDER_TTL_MINUTES = 15;
/** For how long an API client may exchange the handle or code that its redirect carried. */
export const HANDLE_TTL_MINUTES = 5;
export const GRANT_CODE_TTL_MINUTES = 1;
/**
 * An admin's reset of a person's factors takes effect at their first sign-in after these hours, so that they can stop it. After
 * these days it lapses.
 */
export const FACTOR_RESET_AFTER_HOURS = 24;
export const FACTOR_RESET_TTL_DAYS = 30;
/** For how long a passkey may be looked for, once its challenge was made. */
export const PASSKEY_TTL_MINUTES = 5;
/** For how long a remembered device need not show a second factor. */
export const REMEMBERED_DEVICE_DAYS = 30;
/**
 * A session that nobody uses ends after this, and so does the refresh token of an API client. Without "remember me" it ends
 * after hours, which must be fewer, and in any case after the last of these.
 */
export const IDLE_DAYS = 7;
export const IDLE_HOURS_NOT_REMEMBERED = 24;
export const SESSION_ABSOLUTE_DAYS = 30;
/** For how long people can see what happened to their account. */
export const SECURITY_EVENT_DAYS = 90;
