// The site's metrics, by name: OpenTelemetry's own names where it has some. Prometheus sees dots as `_`, and the unit and
// `_total` behind the name. A metric is split by its `labels` only, and no visitor can choose their values.

type Metric = { name: string; is: string; labels: readonly string[] };
type Timing = Metric & {
  /** The span is named by this and the values of the labels. */
  span: string;
  /** In seconds. */
  buckets: readonly number[];
  /** Marks a span that contains others. */
  encloses?: true;
};

const OF_REQUESTS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10];
const OF_STATEMENTS = [0.0005, 0.002, 0.01, 0.05, 0.25, 1, 5];

/** Durations. Each also has the label `outcome`, and is a span in the trace of its request. */
export const TIMINGS = {
  story: {
    name: "auth.story.duration",
    is: "What a surface was asked for, done or refused",
    span: "story",
    labels: ["story"],
    buckets: OF_REQUESTS,
    encloses: true,
  },
  transaction: {
    name: "auth.transaction.duration",
    is: "The writes of a story, from waiting for their turn to the commit",
    span: "transaction",
    labels: [],
    buckets: OF_STATEMENTS,
    encloses: true,
  },
  statement: {
    name: "db.client.operation.duration",
    is: "Statements of SQL",
    span: "",
    labels: ["db.operation.name", "db.collection.name"],
    buckets: OF_STATEMENTS,
  },
  work: {
    name: "work.duration",
    is: "Costly work in its turn: password hashes, judging passwords, pictures",
    span: "work",
    labels: ["queue"],
    buckets: OF_REQUESTS,
  },
  attempt: {
    name: "outbox.attempt.duration",
    is: "Attempts to send a mail, or to tell a subscriber",
    span: "attempt",
    labels: ["queue", "what"],
    buckets: OF_REQUESTS,
    encloses: true,
  },
} as const satisfies Record<string, Timing>;

export const COUNTERS = {
  signIns: { name: "auth.sign_ins", is: "Sign-ins by outcome", labels: ["outcome"] },
  sessions: { name: "auth.sessions.begun", is: "Sessions begun", labels: ["kind", "proof", "owes"] },
  events: { name: "auth.events", is: "Security events, as the log names them", labels: ["event"] },
  limits: { name: "auth.limit.refusals", is: "What a limit refused", labels: ["limit"] },
  refusals: { name: "auth.refusals", is: "Refusals by their code", labels: ["code"] },
} as const satisfies Record<string, Metric>;

/** Values that are read when metrics are collected. */
export const GAUGES = {
  waiting: { name: "work.waiting", is: "Costly work that waits for its turn", labels: ["queue"] },
  running: { name: "work.running", is: "Costly work under way", labels: ["queue"] },
  overdue: {
    name: "outbox.overdue",
    is: "For how long the mail or delivery has been due that has been due longest",
    labels: ["queue"],
    unit: "s",
  },
} as const satisfies Record<string, Metric & { unit?: string }>;

/** Metrics of the server and its process, which no call records. */
export const SERVER = {
  requests: {
    name: "http.server.request.duration",
    is: "Requests, also those that Next never saw",
    labels: ["http.request.method", "http.response.status_code"],
    buckets: OF_REQUESTS,
  },
  memory: { name: "process.memory.usage", is: "Resident memory of the process", labels: [], unit: "By" },
  cpu: { name: "process.cpu.time", is: "CPU time of the process", labels: [], unit: "s" },
  busy: { name: "nodejs.eventloop.utilization", is: "How busy the thread is that serves pages, 0 to 1", labels: [] },
} as const;

export type TimingName = keyof typeof TIMINGS;
export type CounterName = keyof typeof COUNTERS;
export type GaugeName = keyof typeof GAUGES;
/** A value for each label of a metric. */
export type LabelsOf<M extends { labels: readonly string[] }> = Readonly<Record<M["labels"][number], string>>;
