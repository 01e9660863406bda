import { Fragment, h, useMemo, useState } from "../lib.js";
import { get, pathOf, useLoad } from "../api.js";
import { Export } from "../export.js";
import { chosen, Filters, topics } from "../filters.js";
import { bothTimes, curl, time, visible } from "../format.js";
import { stringify } from "../json.js";
import { change, href } from "../route.js";
import { can, state } from "../state.js";
import { t } from "../text.js";
import { Button, Copy, Empty, Facts, Loading, Pages, Problem, Table, Text } from "../ui.js";

const NAMES = ["type", "topic", "publisher", "user_id", "username", "ip", "service", "level", "q", "from", "to"];
const PAGE = 50;

export default function Events({ route }) {
  if (route.parts.length > 1) {
    return h(OneEvent, { id: route.parts[1], key: route.parts[1] });
  }
  const filter = chosen(route.query, NAMES);
  return h(
    Fragment,
    null,
    h("h1", { tabIndex: -1 }, t("page.events")),
    h(Filters, { query: route.query, filters: filters() }),
    h(Search, { filter, cursor: route.query.get("cursor") }),
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

function EventTable({ items }) {
  return h(Table, {
    caption: t("page.events"),
    rows: items,
    columns: [
      { key: "at", head: t("time"), cell: (row) => h("a", { href: href(["events", row.id]) }, time(row.timestamp)) },
      { key: "type", head: t("type"), cell: (row) => h("code", null, visible(row.type)) },
      { key: "data", head: t("data"), cell: (row) => h("code", { class: "clip" }, visible(stringify(row.data, 0).slice(0, 300))) },
      { key: "record", head: t("record"), cell: (row) => h("code", { class: "muted" }, visible(row.topic + "/" + row.partition + "/" + row.offset)) },
    ],
  });
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
    data?.items.length === 0 && h(Empty, null, t(Object.keys(filter).length > 0 ? "events.none.filter" : "events.none")),
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
