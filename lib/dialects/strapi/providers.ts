import type { Strapi } from "./facade";

/**
 * Strapi's lifecycle function: put your own here to add providers that only its routes need to know. One that is to
 * have a button on our pages too belongs into lib/oauth/providers.ts.
 */
export const register: (given: { strapi: Strapi }) => void = () => {};
