import { answerByAuthJs } from "../answer";

export const GET = answerByAuthJs("GET");
