/** What this site is called, on its pages, in its mails and in people's authenticator apps. */
export const PRODUCT_NAME = "Latchkey";
