import type { ReactNode } from "react";
import type { OpenApi } from "@/lib/wire/openapi/document";

type Body = { example?: unknown; examples?: Record<string, { value: unknown }> };
type Response = { $ref?: string; description?: string; content?: Record<string, Body> };
type Parameter = { name: string; in: string; required?: boolean; description?: string };

/** The parts of an operation that this page draws. */
export type Drawn = {
  summary: string;
  security?: Record<string, unknown>[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Body> };
  responses: Record<string, Response>;
};

type Props = { method: string; path: string; operation: Drawn; document: OpenApi };

/** One route, which opens to what it takes and answers. */
export function Operation({ method, path, operation, document }: Props) {
  const { summary, security = [], parameters = [], requestBody, responses } = operation;
  const schemes = security.map((one) => Object.keys(one)[0] ?? "nothing");
  return (
    <details>
      <summary className="grid cursor-pointer gap-0.5 px-4 py-3 -outline-offset-2 hover:bg-subtle">
        <code className="font-mono text-sm break-all">
          <strong>{method.toUpperCase()}</strong> {path}
        </code>
        <span className="text-sm text-muted">{summary}</span>
      </summary>
      <div className="grid grid-cols-1 gap-4 px-4 pt-2 pb-4 text-sm">
        {schemes.length > 0 && <p>Let in by: {schemes.join(", or ")}</p>}
        {parameters.length > 0 && (
          <Part title="Parameters">
            <ul>
              {parameters.map(({ name, in: place, required, description }) => (
                <li key={place + name}>
                  <code className="font-mono">{name}</code> in the {place}
                  {required && ", required"}
                  {description && `. ${description}`}
                </li>
              ))}
            </ul>
          </Part>
        )}
        {Object.entries(requestBody?.content ?? {}).map(([type, body]) => (
          <Part key={type} title={`Body, ${type}`}>
            <Example json={toJson(body.example)} />
          </Part>
        ))}
        <Part title="Answers">
          <dl className="grid grid-cols-1 gap-2">
            {Object.entries(responses).map(([status, response]) => (
              <Answer key={status} status={status} response={resolved(response, document)} />
            ))}
          </dl>
        </Part>
      </div>
    </details>
  );
}

function Answer({ status, response: { description, content = {} } }: { status: string; response: Response }) {
  const body = content["application/json"];
  const examples = body?.examples ? Object.values(body.examples).map(({ value }) => value) : [body?.example];
  return (
    <div className="grid grid-cols-1 gap-1">
      <dt>
        <strong>{status}</strong> {description}
      </dt>
      <dd className="grid grid-cols-1 gap-1">
        {body
          ? [...new Set(examples.map(toJson))].map((one) => <Example key={one} json={one} />)
          : Object.keys(content).join(", ")}
      </dd>
    </div>
  );
}

function resolved(response: Response, { components }: OpenApi): Response {
  const name = response.$ref?.split("/").at(-1);
  return name ? ((components.responses as Record<string, Response>)[name] ?? response) : response;
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="grid grid-cols-1 gap-1">
      <h2 className="label">{title}</h2>
      {children}
    </section>
  );
}

const toJson = (value: unknown) => JSON.stringify(value, null, 2);

function Example({ json }: { json: string }) {
  return <pre className="rounded-control bg-subtle p-3 font-mono text-sm break-words whitespace-pre-wrap">{json}</pre>;
}
