import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi";

export const GET = strapiApi.confirm;
export const OPTIONS = strapiPreflight;

/** Next would answer it with GET, and so spend what works once for whoever only looks. */
export const HEAD = () => new Response(null, { status: 405 });
