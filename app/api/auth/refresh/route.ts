import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi";

export const POST = strapiApi.refresh;
export const OPTIONS = strapiPreflight;
