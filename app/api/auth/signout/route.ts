import { otherMethods } from "@/lib/wire/other-methods";
import { answerByAuthJs } from "../answer";

export const POST = answerByAuthJs("POST");
export const { GET, PUT, PATCH, DELETE } = otherMethods("POST, OPTIONS");
