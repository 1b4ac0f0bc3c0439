import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi/routes";

export const POST = strapiApi.resend;
export const OPTIONS = strapiPreflight;
