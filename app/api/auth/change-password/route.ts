import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi";

export const POST = strapiApi.change;
export const OPTIONS = strapiPreflight;
