import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi/routes";

export const GET = strapiApi.me;
export const OPTIONS = strapiPreflight;
