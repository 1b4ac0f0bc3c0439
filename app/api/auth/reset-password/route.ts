import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi/routes";

export const POST = strapiApi.reset;
export const OPTIONS = strapiPreflight;
