import { Fragment, h, useEffect, useMemo, useRef, useState } from "../lib.js";
import { CallError, get, open, pathOf, useLoad } from "../api.js";
import { Export } from "../export.js";
import { chosen, Filters, topics } from "../filters.js";
import { bothTimes, curl, time, visible } from "../format.js";
import { parse, stringify } from "../json.js";
import { change, href } from "../route.js";
import { can, state } from "../state.js";
import { t } from "../text.js";
import { Badge, Button, Copy, Empty, Facts, Loading, Pages, Problem, Table, Tabs, Text } from "../ui.js";

const NAMES = ["type", "topic", "publisher", "user_id", "username", "ip", "service", "level", "q", "from", "to"];
const LIVE_NAMES = NAMES.filter((name) => name !== "from" && name !== "to");
const PAGE = 50;

export default function Events({ route }) {
  if (route.parts.length > 1) {
    return h(OneEvent, { id: route.parts[1], key: route.parts[1] });
  }
  const tab = route.query.get("tab") === "live" ? "live" : "search";
  const names = tab === "live" ? LIVE_NAMES : NAMES;
  const filter = chosen(route.query, names);
  return h(
    Fragment,
    null,
    h("h1", { tabIndex: -1 }, t("page.events")),
    h(Tabs, {
      label: t("events.views"),
      current: tab,
      tabs: ["search", "live"].map((key) => ({ key, text: t("events." + key) })),
      link: (key) => href(["events"], { ...chosen(route.query, names), tab: key === "search" ? null : key }),
    }),
    h(Filters, { query: route.query, filters: filters().filter((one) => names.includes(one.name)) }),
    tab === "live" ? h(Live, { filter, key: JSON.stringify(filter) }) : h(Search, { filter, cursor: route.query.get("cursor") }),
  );
}

function filters() {
  return [
    { name: "type", label: t("type"), kind: "choice", options: [["", t("any")], ...state.types.map((type) => [type.type, type.type])] },
    { name: "q", label: t("events.q"), kind: "text" },
    { name: "user_id", label: "user_id", kind: "text" },
    { name: "service", label: "service", kind: "text" },
    { name: "from", label: t("from"), kind: "time" },
    { name: "to", label: t("to"), kind: "time" },
    { name: "topic", label: t("topic"), kind: "choice", options: [["", t("any")], ...topics().map((topic) => [topic, topic])], more: true },
    { name: "username", label: "username", kind: "text", more: true },
    { name: "ip", label: "ip", kind: "text", more: true },
    { name: "level", label: "level", kind: "text", more: true },
    { name: "publisher", label: t("publisher"), kind: "text", more: true },
  ];
}

const previews = new WeakMap();

/** Returns the beginning of the data. An event can have a megabyte, and the live tail draws each row many times. */
function preview(row) {
  if (!previews.has(row)) {
    previews.set(row, visible(stringify(row.data, 0).slice(0, 300)));
  }
  return previews.get(row);
}

function EventTable({ items }) {
  return h(Table, {
    caption: t("page.events"),
    rows: items,
    columns: [
      { key: "at", head: t("time"), cell: (row) => h("a", { href: href(["events", row.id]) }, time(row.timestamp)) },
      { key: "type", head: t("type"), cell: (row) => h("code", null, visible(row.type)) },
      { key: "data", head: t("data"), cell: (row) => h("code", { class: "clip" }, preview(row)) },
      { key: "record", head: t("record"), cell: (row) => h("code", { class: "muted" }, visible(row.topic + "/" + row.partition + "/" + row.offset)) },
    ],
  });
}

/** A page of a search can be empty although older events match. */
function none(filter, next) {
  if (next !== null) {
    return "events.none.yet";
  }
  return Object.keys(filter).length > 0 ? "events.none.filter" : "events.none";
}

function Search({ filter, cursor }) {
  const query = { ...filter, limit: PAGE, cursor };
  const [exporting, setExporting] = useState(false);
  const { data, error, loading, reload } = useLoad((signal) => get("/api/events", query, { signal }), [query]);
  return h(
    "section",
    { "aria-labelledby": "found" },
    h(
      "div",
      { class: "row spread" },
      h("h2", { id: "found" }, t("events.found")),
      h(
        "div",
        { class: "row" },
        h(Button, { onClick: reload, disabled: loading }, t("refresh")),
        can("events:export") && h(Button, { onClick: () => setExporting(true) }, t("export")),
        h(Copy, { text: curl("GET", pathOf("/api/events", query)), label: t("copy.curl") }),
      ),
    ),
    h(Problem, { error, again: reload }),
    loading && data === null && h(Loading),
    data?.items.length === 0 && h(Empty, null, t(none(filter, data.next_cursor))),
    data?.items.length > 0 && h(EventTable, { items: data.items }),
    data && h(Pages, { count: data.items.length, cursor, next: data.next_cursor, onNext: () => change({ cursor: data.next_cursor }), onFirst: () => change({ cursor: null }) }),
    exporting && h(Export, { filter, onClose: () => setExporting(false) }),
  );
}

function OneEvent({ id }) {
  const path = "/api/events/" + encodeURIComponent(id);
  const { data, error, loading, reload } = useLoad((signal) => get(path, {}, { signal }), [id]);
  const type = state.types.find((one) => one.type === data?.type);
  const key = type?.key.replace("/", "");
  const json = useMemo(() => (data === null ? "" : stringify(data.data)), [data]);
  const sameKey = data !== null && ["user_id", "service", "username"].includes(key) ? data.data[key] : undefined;
  return h(
    Fragment,
    null,
    h("p", null, h("a", { href: href(["events"]) }, "← " + t("page.events"))),
    h("h1", { tabIndex: -1 }, data === null ? t("event") : h("code", null, visible(data.type))),
    h(Problem, { error, missing: t("event.missing"), again: reload }),
    loading && data === null && h(Loading),
    data && h(
      Fragment,
      null,
      h(
        "section",
        { "aria-labelledby": "data" },
        h("h2", { id: "data" }, t("data")),
        h(Text, { text: json, limit: 20000, pre: true }),
        h("p", { class: "row" }, h(Copy, { text: json, label: t("copy.text") }), h(Copy, { text: data.id, label: t("copy.id") }), h(Copy, { text: curl("GET", path), label: t("copy.curl") })),
      ),
      h(
        "section",
        { "aria-labelledby": "about" },
        h("h2", { id: "about" }, t("event.about")),
        h(Facts, {
          facts: [
            [t("event.id"), h("code", null, visible(data.id))],
            [t("record"), h("code", null, visible(data.topic + "/" + data.partition + "/" + data.offset))],
            [t("event.timestamp"), bothTimes(data.timestamp)],
            [t("event.received"), bothTimes(data.received_at)],
            data.publisher !== undefined && [t("publisher"), visible(data.publisher ?? "–")],
            data.repaired_by !== undefined && [t("repaired.by"), visible(data.repaired_by)],
          ],
        }),
        sameKey !== undefined && h("p", null, h("a", { href: href(["events"], { [key]: String(sameKey) }) }, t("same.key.all"))),
      ),
    ),
  );
}

const KEPT = 100;
const DRAWN_EVERY = 250;
const DRAWN_AT_ONCE = 25;

/** Reads a stream of Server-Sent Events; `take` gets the fields of each event. */
async function readStream(answer, take) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return;
    }
    const blocks = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = { data: [] };
      for (const line of block.split("\n")) {
        const [, name, text] = /^([^:]*):? ?(.*)$/s.exec(line);
        name === "data" ? fields.data.push(text) : (fields[name] = text);
      }
      take({ ...fields, data: fields.data.join("\n") });
    }
  }
}

/** Shows new events as they are stored. If they come faster than they can be read, it shows some, and the number of the others. */
function Live({ filter }) {
  const [view, setView] = useState({ items: [], seen: 0, left: 0, status: "connecting", error: null });
  const [paused, setPaused] = useState(false);
  const pause = useRef(false);
  const buffer = useRef([]);
  const seen = useRef(0);
  const [turn, setTurn] = useState(0);
  pause.current = paused;
  useEffect(() => {
    const controller = new AbortController();
    let lastId = null;
    const take = (event) => {
      if (event.id !== undefined) {
        lastId = event.id === "" ? null : event.id;
      }
      if (event.event === "end") {
        const body = parse(event.data);
        throw new CallError(body.code, body);
      }
      if (event.data !== "" && event.event === undefined) {
        seen.current += 1;
        buffer.current.push(event.data);
        if (buffer.current.length > KEPT) {
          buffer.current.splice(0, buffer.current.length - KEPT);
        }
      }
    };
    const run = async () => {
      while (!controller.signal.aborted) {
        try {
          const answer = await open("GET", "/api/events/stream", { query: filter, signal: controller.signal, accept: "text/event-stream", headers: lastId === null ? {} : { "Last-Event-ID": lastId } });
          setView((before) => ({ ...before, status: "live", error: null }));
          await readStream(answer, take);
        } catch (error) {
          if (controller.signal.aborted) {
            return;
          }
          setView((before) => ({ ...before, status: "lost", error: error.status > 0 ? error : before.error }));
          if (error.status === 404 || error.status === 400 || error.status === 403) {
            setView((before) => ({ ...before, status: "ended", error }));
            return;
          }
        }
        await new Promise((resolve) => setTimeout(resolve, 2000));
      }
    };
    run();
    let timer = 0;
    const draw = () => {
      const started = performance.now();
      if (!pause.current && buffer.current.length > 0) {
        const fresh = buffer.current;
        buffer.current = [];
        const drawn = fresh.slice(-DRAWN_AT_ONCE).map((text) => parse(text)).reverse();
        setView((before) => ({
          ...before,
          items: [...drawn, ...before.items].filter(unique()).slice(0, KEPT),
          seen: seen.current,
          left: before.left + (seen.current - before.seen - drawn.length),
        }));
      }
      // After the next picture. A slow machine draws less often, so that the page still reacts.
      requestAnimationFrame(() => {
        if (!controller.signal.aborted) {
          timer = setTimeout(draw, Math.max(DRAWN_EVERY, 4 * (performance.now() - started)));
        }
      });
    };
    draw();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [turn]);
  const kinds = { connecting: "info", live: "ok", lost: "warn", ended: "bad" };
  return h(
    "section",
    { "aria-labelledby": "live" },
    h(
      "div",
      { class: "row spread" },
      h("h2", { id: "live" }, t("events.live.title")),
      h(
        "div",
        { class: "row" },
        h("span", { role: "status" }, h(Badge, { kind: paused ? "info" : kinds[view.status] }, t(paused ? "live.paused" : "live." + view.status))),
        h(Button, { onClick: () => setPaused(!paused), "aria-pressed": String(paused), shortcut: "p" }, t(paused ? "live.resume" : "live.pause")),
        view.status === "ended" && h(Button, { onClick: () => setTurn(turn + 1) }, t("again")),
      ),
    ),
    h(Problem, { error: view.error, missing: t("live.missing") }),
    h("p", { class: "muted" }, t("live.seen", { n: view.seen }), " ", view.left > 0 ? t("live.sampled", { n: view.left }) : ""),
    view.items.length === 0 ? h(Empty, null, t("live.none")) : h(EventTable, { items: view.items }),
  );
}

function unique() {
  const ids = new Set();
  return (item) => !ids.has(item.id) && ids.add(item.id);
}
