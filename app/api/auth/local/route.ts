import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi";

export const POST = strapiApi.logIn;
export const OPTIONS = strapiPreflight;
