import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi";

export const POST = strapiApi.logOut;
export const OPTIONS = strapiPreflight;
