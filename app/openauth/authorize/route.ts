export { authorizeRoute as GET } from "@/lib/dialects/openauth";
