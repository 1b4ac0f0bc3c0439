import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi";

export const POST = strapiApi.forgot;
export const OPTIONS = strapiPreflight;
