export { metadataRoute as GET } from "@/lib/dialects/openauth";

// Asked for each time, because it names APP_URL, which is not known while building.
export const dynamic = "force-dynamic";
