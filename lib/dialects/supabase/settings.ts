/** The settings that the original has in its dashboard. */
export type SupabaseSettings = {
  /**
   * Whether opening a mailed link is enough, as in the original. A mail scanner opens links too: it confirms a stranger's
   * registration with the stranger's password, and spends a person's recovery link before the person opens it. If false, the link
   * leads to our page with a button first. In a browser that did not register, that page also asks for the password.
   */
  openingConfirms: boolean;
};

export const SETTINGS: SupabaseSettings = { openingConfirms: false };
