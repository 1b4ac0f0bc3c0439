import { answerByAuthJs } from "../answer";

export const POST = answerByAuthJs("POST");
