import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi/routes";

export const POST = strapiApi.logOut;
export const OPTIONS = strapiPreflight;
