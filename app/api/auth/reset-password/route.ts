import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi";

export const POST = strapiApi.reset;
export const OPTIONS = strapiPreflight;
