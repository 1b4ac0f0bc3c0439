// Where the `callback` of the guide's example leads: `${strapi.config.server.url}/auth/<provider>/callback`.
export { GET } from "@/app/connect/[provider]/redirect/route";
