import { strapiApi, strapiPreflight } from "@/lib/dialects/strapi";

export const POST = strapiApi.resend;
export const OPTIONS = strapiPreflight;
