import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi/routes";

export const POST = strapiApi.refresh;
export const OPTIONS = strapiPreflight;
