import { Fragment, h } from "../lib.js";
import { gatewayTime, get, useLoad } from "../api.js";
import { Chart } from "../chart.js";
import { ago, time, visible } from "../format.js";
import { href } from "../route.js";
import { number, t } from "../text.js";
import { Badge, Empty, Loading, Mark, Problem, ReasonText, Table } from "../ui.js";

const EVERY = 5000;
// For calls that the audit trail records.
const AUDITED_EVERY = 30000;

/** Lists the problems, each with a link to its page. */
function problems(kafka, routes, letters) {
  const found = [];
  if (kafka?.status === "unavailable") {
    found.push({ kind: "bad", text: t("overview.kafka.unavailable"), to: href(["kafka"]) });
  } else if (kafka?.status === "disabled") {
    found.push({ kind: "warn", text: t("overview.kafka.disabled"), to: href(["kafka"]) });
  }
  if (kafka?.problem) {
    found.push({ kind: "bad", text: kafka.problem, to: href(["kafka"]) });
  }
  for (const consumer of kafka?.consumers ?? []) {
    if (consumer.problem) {
      found.push({ kind: "bad", text: consumer.group + " · " + consumer.route + ": " + consumer.problem, to: href(["kafka"]) });
    }
  }
  const stopped = (routes?.items ?? []).filter((route) => route.state !== "started");
  if (stopped.length > 0) {
    found.push({ kind: "bad", text: t("overview.stopped", { n: stopped.length, names: stopped.map((route) => route.id).join(", ") }), to: href(["flow"]) });
  }
  if (letters !== null && letters.open > 0) {
    found.push({ kind: "warn", text: t(letters.more ? "overview.letters.more" : "overview.letters", { n: letters.open }), to: href(["dead-letters"]) });
  }
  return found;
}

function Verdict({ found }) {
  const worst = found.some((one) => one.kind === "bad") ? "bad" : found.length > 0 ? "warn" : "ok";
  return h(
    "section",
    { class: "verdict " + worst, "aria-labelledby": "verdict" },
    h(Mark, { kind: worst }),
    h(
      "div",
      null,
      h("h2", { id: "verdict" }, t("overview." + worst)),
      found.length > 0 && h("ul", null, found.map((one) => h("li", { key: one.text }, h("a", { href: one.to }, visible(one.text))))),
    ),
  );
}

function Tile({ name, value, note, to }) {
  return h(to ? "a" : "div", { class: "tile", href: to }, h("span", { class: "name" }, name), h("span", { class: "value" }, value), h("span", { class: "muted" }, note));
}

const MINUTE = 60000;
const MINUTES = 60;
const SHOWN = 7;

/** Loads the events per minute by type, with the minutes that had none. `missing` if the gateway does not count. */
async function loadCounts(signal) {
  let counts;
  try {
    counts = await get("/api/events/counts", { by: "type", bucket: "minute" }, { signal });
  } catch (error) {
    if (error.status !== 404 && error.status !== 400) {
      throw error;
    }
    return { missing: true };
  }
  const last = Math.floor(gatewayTime().getTime() / MINUTE);
  const times = Array.from({ length: MINUTES }, (_, i) => (last - MINUTES + 1 + i) * 60);
  const series = counts.items.slice(0, SHOWN).map((item) => {
    const byTime = new Map(item.counts.map((one) => [Date.parse(one.time) / 1000, one.count]));
    return { name: item.value ?? t("unknown"), values: times.map((at) => byTime.get(at) ?? 0) };
  });
  const total = times.map((_, i) => series.reduce((sum, one) => sum + one.values[i], 0));
  return { missing: false, times, series, events: counts.events, recent: total.slice(-5).reduce((a, b) => a + b, 0) };
}

/** Loads the open dead letters by cause. */
async function loadLetters(signal) {
  try {
    const summary = await get("/api/dead-letters/summary", { status: "open", limit: 5 }, { signal });
    return { open: summary.dead_letters, more: false, causes: summary.items };
  } catch (error) {
    if (error.status !== 404) {
      throw error;
    }
    const page = await get("/api/dead-letters", { status: "open", limit: 100 }, { signal });
    return { open: page.items.length, more: page.next_cursor !== null, causes: null };
  }
}

export default function Overview() {
  const kafka = useLoad((signal) => get("/api/kafka/status", {}, { signal }), [], EVERY);
  const routes = useLoad((signal) => get("/api/routes", {}, { signal }), [], AUDITED_EVERY);
  const letters = useLoad(loadLetters, [], AUDITED_EVERY);
  const counts = useLoad(loadCounts, [], AUDITED_EVERY);
  const consumers = kafka.data?.consumers ?? [];
  const lag = consumers.reduce((most, consumer) => Math.max(most, consumer.lag ?? 0), 0);
  const failed = (routes.data?.items ?? []).filter((route) => route.last_error);
  const ready = kafka.data !== null && routes.data !== null && letters.data !== null;
  return h(
    Fragment,
    null,
    h("h1", { tabIndex: -1 }, t("page.overview")),
    h(Problem, { error: kafka.error ?? routes.error ?? letters.error ?? counts.error, again: () => [kafka, routes, letters, counts].forEach((one) => one.reload()) }),
    ready ? h(Verdict, { found: problems(kafka.data, routes.data, letters.data) }) : h(Loading),
    h(
      "div",
      { class: "tiles" },
      h(Tile, { name: t("tile.letters"), value: letters.data === null ? "…" : number(letters.data.open) + (letters.data.more ? "+" : ""), note: t("tile.letters.note"), to: href(["dead-letters"]) }),
      counts.data?.missing === false && h(Tile, { name: t("tile.events"), value: number(counts.data.events), note: t("tile.events.note", { n: counts.data.recent }), to: href(["events"]) }),
      h(Tile, { name: t("tile.lag"), value: kafka.data === null ? "…" : number(lag), note: t("tile.lag.note"), to: href(["kafka"]) }),
      h(Tile, { name: t("tile.kafka"), value: kafka.data === null ? "…" : t("kafka." + kafka.data.status), note: t("tile.kafka.note", { n: (kafka.data?.brokers ?? []).length }), to: href(["kafka"]) }),
      h(Tile, { name: t("tile.routes"), value: routes.data === null ? "…" : number(routes.data.items.length), note: t("tile.routes.note", { n: failed.length }), to: href(["flow"]) }),
    ),
    counts.data !== null && h(Counts, { counts: counts.data }),
    letters.data?.causes?.length > 0 && h(Causes, { causes: letters.data.causes }),
    h(Consumers, { consumers, kafka }),
  );
}

function Counts({ counts }) {
  return h(
    "section",
    { "aria-labelledby": "counts" },
    h("h2", { id: "counts" }, t("counts.title")),
    counts.missing
      ? h(Empty, null, t("counts.missing"))
      : counts.series.length === 0 ? h(Empty, null, t("counts.none")) : h(Chart, { label: t("counts.title"), times: counts.times, series: counts.series }),
  );
}

function Causes({ causes }) {
  return h(
    "section",
    { "aria-labelledby": "causes" },
    h("h2", { id: "causes" }, t("top.causes")),
    h(Table, {
      caption: t("top.causes"),
      rows: causes,
      id: (row) => row.cause,
      columns: [
        { key: "count", head: t("count"), num: true, cell: (row) => h("strong", null, number(row.count)) },
        { key: "cause", head: t("cause"), cell: (row) => h(Fragment, null, h("a", { href: href(["dead-letters"], { cause: row.cause, tab: "letters" }) }, h(ReasonText, { reason: row.reason })), row.message !== null && h("div", { class: "clip muted text" }, visible(row.message))) },
        { key: "route", head: t("route"), cell: (row) => h("code", null, visible(row.route ?? "–")) },
        { key: "last", head: t("last.seen"), cell: (row) => h(Fragment, null, time(row.last_seen), h("div", { class: "muted" }, ago(row.last_seen))) },
      ],
    }),
  );
}

function Consumers({ consumers, kafka }) {
  return h(
    "section",
    { "aria-labelledby": "consumers" },
    h("h2", { id: "consumers" }, t("consumers")),
    kafka.data !== null && consumers.length === 0 && h(Empty, null, t("consumers.none")),
    consumers.length > 0 &&
      h(Table, {
        caption: t("consumers"),
        rows: consumers,
        id: (row) => row.route + " " + row.group + " " + row.topic,
        columns: [
          { key: "route", head: t("route"), cell: (row) => h("code", null, row.route) },
          { key: "topic", head: t("topic"), cell: (row) => h("code", null, row.topic) },
          { key: "group", head: t("group"), cell: (row) => h("code", null, row.group) },
          { key: "state", head: t("state"), cell: (row) => (row.problem ? h(Badge, { kind: "bad" }, t("consumer.stuck")) : h(Badge, { kind: row.state === "Stable" ? "ok" : "warn" }, row.state ?? t("unknown"))) },
          { key: "lag", head: t("lag"), num: true, cell: (row) => (row.lag === null ? "–" : number(row.lag)) },
        ],
      }),
  );
}
