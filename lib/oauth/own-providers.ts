import type { Strapi } from "./strapi-facade";

/**
 * Providers of your own, in the words of Strapi's guide: put its `register({ strapi })` here, and say in what your
 * `authCallback` returns whether the address is proved (`email_verified: true`). It runs before the registry is first
 * read, so pages have a button for them and every surface knows them. Providers of Auth.js belong in providers.ts.
 */
export const register: (given: { strapi: Strapi }) => void = () => {};
