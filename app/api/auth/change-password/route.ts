import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi/routes";

export const POST = strapiApi.change;
export const OPTIONS = strapiPreflight;
