/** Markup that is not escaped again. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = string | Html | Html[] | false | null | undefined;

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Markup with values in it. It escapes each value that is not `Html`, and leaves out undefined, null and false. */
export function html(markup: TemplateStringsArray, ...values: Part[]): Html {
  return new Html(String.raw({ raw: markup }, ...values.map(render)));
}

function render(value: Part): string {
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join("");
  return value ? value.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "") : "";
}
