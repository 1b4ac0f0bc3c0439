/** The settings of this dialect, besides its actors (`actors.ts`) and the pages that mails lead to (MEDUSA_STOREFRONT_URL). */
export type MedusaSettings = {
  /**
   * Whether the code of a mailed link is enough to prove the mailbox, as in the original. A mail scanner that runs a page's
   * scripts sends that code too, and so confirms a stranger's registration with the stranger's password. If false, the link leads
   * to our page with a button first. In a browser that did not register, that page also asks for the password.
   */
  openingConfirms: boolean;
  /**
   * The networks from which a browser may finish a visit. With "anywhere" a browser may finish a visit that a client in another
   * network began, so a link with a stranger's `code` and `state` signs its victim in as the stranger, unless your page
   * compares the `state` in `location` with the one that comes back. Storefronts whose server begins visits and whose pages
   * finish them need "anywhere".
   */
  visitsEnd: "same-network" | "anywhere";
};

export const SETTINGS: MedusaSettings = { openingConfirms: false, visitsEnd: "same-network" };
