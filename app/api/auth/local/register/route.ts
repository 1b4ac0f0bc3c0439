import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi/routes";

export const POST = strapiApi.signUp;
export const OPTIONS = strapiPreflight;
