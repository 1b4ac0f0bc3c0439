/** What the original has in its dashboard. */
export type SupabaseSettings = {
  /**
   * Whether opening a mailed link is enough, as with the original. That is also what mail scanners do: they confirm a
   * stranger's registration with the stranger's password, and use up a person's recovery link before its owner comes.
   * Without it the link leads to our page with a button first, which in another browser also asks for the password.
   */
  openingConfirms: boolean;
};

export const SETTINGS: SupabaseSettings = { openingConfirms: false };
