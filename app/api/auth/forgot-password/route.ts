import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi/routes";

export const POST = strapiApi.forgot;
export const OPTIONS = strapiPreflight;
