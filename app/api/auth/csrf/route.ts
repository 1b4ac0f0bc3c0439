import { otherMethods } from "@/lib/wire/other-methods";
import { answerByAuthJs } from "../answer";

export const GET = answerByAuthJs("GET");
export const { POST, PUT, PATCH, DELETE } = otherMethods("GET, HEAD, OPTIONS");
