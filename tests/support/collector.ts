import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { bytes, fields, hex, type Message, messages, read, text } from "./protobuf";

type CollectedSpan = {
  scope: string;
  traceId: string;
  spanId: string;
  parentId: string;
  name: string;
  attributes: Record<string, string>;
  events: string[];
};
type CollectedMetric = { name: string; unit: string; labels: Record<string, string>[] };

/** A collector that speaks OTLP over HTTP in protobuf (opentelemetry-proto 1.x), and keeps all that it gets. */
export type Collector = {
  url: string;
  /** The sender: the attributes of its resource. */
  sender(): Record<string, string>;
  spans(): CollectedSpan[];
  /** The newest of each name. */
  metrics(): Map<string, CollectedMetric>;
  /** All bytes that came, unread. */
  raw(): string;
  close(): void;
};

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const metrics = new Map<string, CollectedMetric>();
  let [raw, sender] = ["", {} as Record<string, string>];
  const take = async (req: IncomingMessage) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const plain = req.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    raw += plain.toString("latin1");
    // ExportTraceServiceRequest and ExportMetricsServiceRequest: 1 resource_spans or resource_metrics.
    for (const ofResource of messages(read(plain), 1)) {
      sender = attributesOf(fields(ofResource, 1)[0], 1);
      for (const ofScope of messages(ofResource, 2)) {
        const scope = text(messages(ofScope, 1)[0], 1);
        if (req.url === "/v1/traces") spans.push(...messages(ofScope, 2).map((span) => spanOf(scope, span)));
        else for (const metric of messages(ofScope, 2).map(metricOf)) metrics.set(metric.name, metric);
      }
    }
  };
  const server = createServer((req, res) => {
    const known = req.method === "POST" && ["/v1/traces", "/v1/metrics"].includes(req.url ?? "");
    if (!known || req.headers["content-type"] !== "application/x-protobuf") res.writeHead(400).end();
    else
      take(req).then(
        () => res.end(),
        () => res.writeHead(400).end(),
      );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sender: () => sender,
    spans: () => spans,
    metrics: () => metrics,
    raw: () => raw,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Span: 1 trace_id, 2 span_id, 4 parent_span_id, 5 name, 9 attributes, 11 events (2 name). */
function spanOf(scope: string, span: Message): CollectedSpan {
  return {
    scope,
    traceId: hex(span, 1),
    spanId: hex(span, 2),
    parentId: hex(span, 4),
    name: text(span, 5),
    attributes: attributesOf(span, 9),
    events: messages(span, 11).map((event) => text(event, 2)),
  };
}

/** Metric: 1 name, 3 unit, and its points in 5 gauge, 7 sum or 9 histogram: 1 data_points, whose attributes are 7 or 9. */
function metricOf(metric: Message): CollectedMetric {
  const points = (field: number) => messages(metric, field).flatMap((data) => messages(data, 1));
  const labels = [
    ...[...points(5), ...points(7)].map((point) => attributesOf(point, 7)),
    ...points(9).map((point) => attributesOf(point, 9)),
  ];
  return { name: text(metric, 1), unit: text(metric, 3), labels };
}

/** KeyValue: 1 key, 2 value; AnyValue: 1 string_value. Values of other kinds read as empty. */
function attributesOf(of: Message | Uint8Array | undefined, field: number): Record<string, string> {
  if (!of) return {};
  const message = of instanceof Uint8Array ? read(of) : of;
  return Object.fromEntries(messages(message, field).map((pair) => [text(pair, 1), text(read(bytes(pair, 2)), 1)]));
}
