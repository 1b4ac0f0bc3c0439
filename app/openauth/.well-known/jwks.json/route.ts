// Asked for each time: keys come and go.
export const dynamic = "force-dynamic";

export { keysRoute as GET } from "@/lib/dialects/openauth";
