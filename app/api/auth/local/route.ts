import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi/routes";

export const POST = strapiApi.logIn;
export const OPTIONS = strapiPreflight;
