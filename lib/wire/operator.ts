import { randomUUID } from "node:crypto";
import { singleton } from "@/lib/singleton";

/** Says that a request came from the machine itself, by a value that only this process knows. */
export const OPERATOR_HEADER = "x-internal-operator";

/** The value of the header. Our front writes it; without that it is missing, and a client cannot guess it. */
export function operatorMark(): string {
  return singleton("operator-mark", randomUUID);
}

/** Whether an operator on the machine itself asks, and not a visitor through a proxy. */
export function isFromOperator(headers: Headers): boolean {
  return headers.get(OPERATOR_HEADER) === operatorMark();
}
