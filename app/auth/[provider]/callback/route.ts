// Where the `callback` of the guide's example leads: `${strapi.config.server.url}/auth/<provider>/callback`.
export { DELETE, GET, PATCH, POST, PUT } from "@/app/connect/[provider]/redirect/route";
