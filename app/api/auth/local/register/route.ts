import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi";

export const POST = strapiApi.signUp;
export const OPTIONS = strapiPreflight;
