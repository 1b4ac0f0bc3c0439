/** What this dialect can be told, besides who may sign in (`actor-types.ts`) and where mails lead (MEDUSA_STOREFRONT_URL). */
export type MedusaSettings = {
  /**
   * Whether the code of a mailed link is enough to prove the mailbox, as with the original. That is also what mail scanners
   * that run a page's scripts send: they confirm a stranger's registration with the stranger's password. Without it the link leads
   * to our page with a button first, which in another browser than the one that registered also asks for the password.
   */
  openingConfirms: boolean;
  /**
   * From where a visit to a third party may be ended. "anywhere": also by a browser in another network than the client
   * that began, so a link with a stranger's `code` and `state` signs its victim in as the stranger, unless your page
   * compares the `state` in `location` with the one that comes back. For storefronts whose server begins visits and whose
   * pages end them.
   */
  visitsEnd: "same-network" | "anywhere";
};

export const SETTINGS: MedusaSettings = { openingConfirms: false, visitsEnd: "same-network" };
