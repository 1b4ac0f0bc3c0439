import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi";

export const GET = strapiApi.me;
export const OPTIONS = strapiPreflight;
