export { tokenPreflight as OPTIONS, tokenRoute as POST } from "@/lib/dialects/openauth";
