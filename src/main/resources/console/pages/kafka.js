import { Fragment, h, useRef, useState } from "../lib.js";
import { get, post, useLoad } from "../api.js";
import { Chart } from "../chart.js";
import { visible } from "../format.js";
import { href } from "../route.js";
import { can } from "../state.js";
import { number, t } from "../text.js";
import { Badge, Button, Dialog, Empty, Facts, Field, Loading, notify, Problem, Table } from "../ui.js";

const EVERY = 5000;
const SAMPLES = 240;
const STATUS_KINDS = { enabled: "ok", unavailable: "bad", disabled: "warn" };

export default function Kafka({ route }) {
  return route.parts.length > 1 ? h(Topic, { name: route.parts[1], key: route.parts[1] }) : h(Cluster);
}

function Cluster() {
  const { data, error, loading, reload } = useLoad((signal) => get("/api/kafka/status", {}, { signal }), [], EVERY);
  const [sending, setSending] = useState(false);
  return h(
    Fragment,
    null,
    h("h1", { tabIndex: -1 }, t("page.kafka")),
    h(Problem, { error, again: reload }),
    loading && data === null && h(Loading),
    data && h(
      Fragment,
      null,
      h(
        "section",
        { "aria-labelledby": "cluster" },
        h(
          "div",
          { class: "row spread" },
          h("h2", { id: "cluster" }, t("kafka.cluster")),
          can("kafka:test") && h(Button, { onClick: () => setSending(true), disabled: data.status !== "enabled" }, t("kafka.test")),
        ),
        h("p", null, h(Badge, { kind: STATUS_KINDS[data.status] }, t("kafka." + data.status))),
        data.problem && h("p", { class: "problem" }, visible(data.problem)),
        h(Facts, {
          facts: [
            data.cluster_id && [t("kafka.cluster.id"), h("code", null, data.cluster_id)],
            data.brokers && [t("kafka.brokers"), data.brokers.map((broker) => broker.id + " · " + broker.host + ":" + broker.port).join(", ")],
          ],
        }),
      ),
      h(Consumers, { consumers: data.consumers ?? [] }),
      h(
        "section",
        { "aria-labelledby": "topics" },
        h("h2", { id: "topics" }, t("topics")),
        (data.topics ?? []).length === 0
          ? h(Empty, null, t("topics.none"))
          : h(Table, {
              caption: t("topics"),
              rows: data.topics,
              id: (row) => row.name,
              columns: [
                { key: "name", head: t("topic"), cell: (row) => h("a", { href: href(["kafka", row.name]) }, h("code", null, visible(row.name))) },
                { key: "partitions", head: t("partitions"), num: true, cell: (row) => number(row.partitions) },
                { key: "replicas", head: t("replicas"), num: true, cell: (row) => number(row.replicas) },
                { key: "under", head: t("under.replicated"), num: true, cell: (row) => (row.under_replicated > 0 ? h(Badge, { kind: "bad" }, number(row.under_replicated)) : number(0)) },
              ],
            }),
      ),
    ),
    sending && h(TestMessage, { onClose: () => setSending(false) }),
  );
}

/** The consumers, and their lag while this page is open. */
function Consumers({ consumers }) {
  const samples = useRef({ times: [], lags: new Map() });
  const last = useRef(null);
  if (last.current !== consumers && consumers.length > 0) {
    last.current = consumers;
    sample(samples.current, consumers);
  }
  const { times, lags } = samples.current;
  return h(
    "section",
    { "aria-labelledby": "consumers" },
    h("h2", { id: "consumers" }, t("consumers")),
    consumers.length === 0
      ? h(Empty, null, t("consumers.none"))
      : h(
          Fragment,
          null,
          h(Table, {
            caption: t("consumers"),
            rows: consumers,
            id: (row) => row.route + " " + row.group + " " + row.topic,
            columns: [
              { key: "group", head: t("group"), cell: (row) => h("code", null, row.group) },
              { key: "topic", head: t("topic"), cell: (row) => h("a", { href: href(["kafka", row.topic]) }, h("code", null, row.topic)) },
              { key: "route", head: t("route"), cell: (row) => h("a", { href: href(["flow"], { route: row.route }) }, h("code", null, row.route)) },
              {
                key: "state",
                head: t("state"),
                cell: (row) => h(Fragment, null, h(Badge, { kind: row.problem ? "bad" : row.state === "Stable" ? "ok" : "warn" }, row.problem ? t("consumer.stuck") : row.state ?? t("unknown")), row.problem && h("div", null, visible(row.problem))),
              },
              { key: "lag", head: t("lag"), num: true, cell: (row) => (row.lag === null ? "–" : h("strong", null, number(row.lag))) },
            ],
          }),
          h("h3", null, t("lag.over.time")),
          h("p", { class: "muted" }, t("lag.sampled")),
          times.length > 1 ? h(Chart, { label: t("lag.over.time"), times, last: true, series: [...lags].map(([name, values]) => ({ name, values })) }) : h(Loading),
        ),
  );
}

function sample({ times, lags }, consumers) {
  times.push(Math.round(Date.now() / 1000));
  for (const consumer of consumers) {
    const name = consumer.group + " · " + consumer.topic;
    if (!lags.has(name)) {
      lags.set(name, new Array(times.length - 1).fill(0));
    }
    lags.get(name).push(consumer.lag ?? 0);
  }
  for (const values of lags.values()) {
    while (values.length < times.length) {
      values.push(0);
    }
    if (values.length > SAMPLES) {
      values.shift();
    }
  }
  if (times.length > SAMPLES) {
    times.shift();
  }
}

function Topic({ name }) {
  const { data, error, loading, reload } = useLoad((signal) => get("/api/kafka/topics/" + encodeURIComponent(name), {}, { signal }), [name], EVERY);
  return h(
    Fragment,
    null,
    h("p", null, h("a", { href: href(["kafka"]) }, "← " + t("page.kafka"))),
    h("h1", { tabIndex: -1 }, h("code", null, visible(name))),
    h(Problem, { error, missing: t("topic.missing"), again: reload }),
    loading && data === null && h(Loading),
    data && h(
      Fragment,
      null,
      h(
        "section",
        { "aria-labelledby": "partitions" },
        h("h2", { id: "partitions" }, t("partitions")),
        h(Table, {
          caption: t("partitions"),
          rows: data.partitions,
          id: (row) => row.partition,
          columns: [
            { key: "partition", head: t("partition"), num: true, cell: (row) => number(row.partition) },
            { key: "leader", head: t("leader"), num: true, cell: (row) => (row.leader === null ? h(Badge, { kind: "bad" }, t("leader.none")) : row.leader) },
            { key: "replicas", head: t("replicas"), cell: (row) => row.replicas.join(", ") },
            { key: "isr", head: t("isr"), cell: (row) => (row.isr.length < row.replicas.length ? h(Badge, { kind: "bad" }, row.isr.join(", ") || "–") : row.isr.join(", ")) },
            { key: "begin", head: t("begin.offset"), num: true, cell: (row) => (row.begin_offset === null ? "–" : number(row.begin_offset)) },
            { key: "end", head: t("end.offset"), num: true, cell: (row) => (row.end_offset === null ? "–" : number(row.end_offset)) },
            { key: "records", head: t("records"), num: true, cell: (row) => (row.end_offset === null || row.begin_offset === null ? "–" : number(row.end_offset - row.begin_offset)) },
          ],
        }),
      ),
      h(
        "section",
        { "aria-labelledby": "configuration" },
        h("h2", { id: "configuration" }, t("configuration")),
        h("p", { class: "muted" }, t("configuration.text")),
        data.configuration === null || Object.keys(data.configuration).length === 0
          ? h(Empty, null, t(data.configuration === null ? "configuration.unknown" : "configuration.none"))
          : h(Facts, { facts: Object.entries(data.configuration).map(([key, value]) => [key, h("code", null, visible(String(value)))]) }),
      ),
    ),
  );
}

function TestMessage({ onClose }) {
  const [message, setMessage] = useState("");
  const [error, setError] = useState(null);
  const send = async (event) => {
    event.preventDefault();
    try {
      const sent = await post("/api/kafka/test", { message });
      notify(t("kafka.test.sent", { place: sent.topic + "/" + sent.partition + "/" + sent.offset }));
      onClose();
    } catch (failure) {
      setError(failure);
    }
  };
  return h(
    Dialog,
    { title: t("kafka.test"), onClose },
    h("p", null, t("kafka.test.text")),
    h(Problem, { error }),
    h(
      "form",
      { onSubmit: send },
      h(Field, { label: t("message"), id: "test-message" }, h("input", { id: "test-message", type: "text", required: true, maxLength: 1000, "data-first": true, value: message, onInput: (event) => setMessage(event.target.value) })),
      h("button", { type: "submit", class: "button primary" }, t("kafka.test.go")),
    ),
  );
}
