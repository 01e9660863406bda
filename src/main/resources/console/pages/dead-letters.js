import { Fragment, h, useState } from "../lib.js";
import { gatewayTime, get, pathOf, useLoad } from "../api.js";
import { BulkReplay, Discard, Jobs, StatusBadge } from "../bulk.js";
import { chosen, Filters, topics } from "../filters.js";
import { ago, curl, time, visible } from "../format.js";
import { change, href } from "../route.js";
import { can } from "../state.js";
import { number, t } from "../text.js";
import { Button, Copy, Empty, Loading, Pages, Problem, ReasonText, Spark, Table, Tabs } from "../ui.js";
import Letter from "./dead-letter.js";

const NAMES = ["status", "topic", "group", "reason", "cause", "origin", "from", "to"];
const REASONS = ["EVENT_INVALID", "UNKNOWN_EVENT_TYPE", "MALFORMED_JSON", "ID_CONFLICT", "CONSTRAINT_VIOLATED", "ROW_REFUSED", "HANDLER_FAILED", "UNKNOWN"];
const PAGE = 50;
export default function DeadLetters({ route }) {
  if (route.parts.length > 1) {
    return h(Letter, { id: route.parts[1], key: route.parts[1], query: route.query });
  }
  const filter = { status: "open", ...chosen(route.query, NAMES) };
  const tabs = ["causes", "letters", ...(can("dead-letters:write") ? ["jobs"] : [])];
  const tab = tabs.find((one) => one === route.query.get("tab")) ?? "causes";
  return h(
    Fragment,
    null,
    h("h1", { tabIndex: -1 }, t("page.dead-letters")),
    h(Tabs, {
      label: t("letters.views"),
      current: tab,
      tabs: tabs.map((key) => ({ key, text: t("letters." + key) })),
      link: (key) => href(["dead-letters"], { ...chosen(route.query, NAMES), tab: key === "causes" ? null : key }),
    }),
    tab !== "jobs" && h(Filters, { query: route.query, filters: filters() }),
    tab === "letters" ? h(Letters, { filter, cursor: route.query.get("cursor") }) : tab === "jobs" ? h(Jobs) : h(Causes, { filter }),
  );
}

function filters() {
  return [
    { name: "status", label: t("status"), kind: "choice", options: [["", t("letter.open")], ["replayed", t("letter.replayed")], ["discarded", t("letter.discarded")], ["erased", t("letter.erased")]] },
    { name: "topic", label: t("topic"), kind: "choice", options: [["", t("any")], ...topics().map((topic) => [topic, topic])] },
    { name: "reason", label: t("reason"), kind: "choice", options: [["", t("any")], ...REASONS.map((reason) => [reason, reason])] },
    { name: "from", label: t("from"), kind: "time" },
    { name: "to", label: t("to"), kind: "time" },
    { name: "group", label: t("group"), kind: "text", more: true },
    { name: "cause", label: t("cause"), kind: "text", more: true },
    { name: "origin", label: t("origin"), kind: "text", more: true },
  ];
}

/** Limits a filter to the dead letters of now, so that a bulk action takes the ones that it has counted. */
function until(filter) {
  return filter.to === undefined ? { ...filter, to: gatewayTime().toISOString() } : filter;
}

function Causes({ filter }) {
  const [selected, setSelected] = useState(new Set());
  const [dialog, setDialog] = useState(null);
  const { data, error, loading, reload } = useLoad((signal) => get("/api/dead-letters/summary", filter, { signal }), [filter], 30000);
  const items = data?.items ?? [];
  const picked = items.filter((item) => selected.has(item.cause));
  const act = (kind) => setDialog({
    kind,
    parts: picked.map((item) => ({ key: item.cause, title: item.message ?? item.reason, reason: item.reason, filter: until({ ...filter, cause: item.cause }) })),
  });
  const done = () => {
    setDialog(null);
    setSelected(new Set());
    reload();
  };
  return h(
    "section",
    { "aria-labelledby": "causes" },
    h(
      "div",
      { class: "row spread" },
      h("h2", { id: "causes" }, data === null ? t("letters.causes") : t("causes.title", { causes: data.causes, n: data.dead_letters })),
      can("dead-letters:write") && filter.status === "open" && h(
        "div",
        { class: "row" },
        h(Button, { kind: "primary", shortcut: "r", disabled: picked.length === 0, onClick: () => act("replay") }, t("replay.selected")),
        h(Button, { kind: "danger", shortcut: "d", disabled: picked.length === 0, onClick: () => act("discard") }, t("discard.selected")),
      ),
    ),
    h(Problem, { error, missing: t("summary.missing"), again: reload }),
    loading && data === null && h(Loading),
    data?.complete === false && h("p", { class: "hint" }, t("causes.incomplete")),
    data !== null && items.length === 0 && h(Empty, null, t(filter.status === "open" ? "letters.none.open" : "letters.none")),
    items.length > 0 && h(Table, {
      caption: t("letters.causes"),
      rows: items,
      id: (item) => item.cause,
      name: (item) => item.reason + " " + item.topic,
      selected: can("dead-letters:write") && filter.status === "open" ? selected : undefined,
      select: setSelected,
      columns: [
        { key: "count", head: t("count"), num: true, cell: (item) => h("strong", null, number(item.count)) },
        {
          key: "cause",
          head: t("cause"),
          cell: (item) => h(
            Fragment,
            null,
            h("a", { href: href(["dead-letters"], { ...filter, status: filter.status === "open" ? null : filter.status, cause: item.cause, tab: "letters" }) }, h(ReasonText, { reason: item.reason })),
            item.message !== null && h("div", { class: "clip muted text" }, visible(item.message)),
          ),
        },
        { key: "where", head: t("where"), cell: (item) => h(Fragment, null, h("code", null, visible(item.route ?? item.group ?? "–")), h("br"), h("code", { class: "muted" }, visible(item.topic))) },
        { key: "counts", head: t("causes.over.time"), cell: (item) => h(Trend, { item, bucket: data.bucket }) },
        { key: "first", head: t("first.seen"), cell: (item) => time(item.first_seen) },
        { key: "last", head: t("last.seen"), cell: (item) => h(Fragment, null, time(item.last_seen), h("div", { class: "muted" }, ago(item.last_seen))) },
      ],
    }),
    data !== null && data.causes > items.length && h("p", { class: "hint" }, t("causes.more", { n: data.causes - items.length })),
    dialog?.kind === "replay" && h(BulkReplay, { parts: dialog.parts, onClose: done }),
    dialog?.kind === "discard" && h(Discard, { parts: dialog.parts, onClose: done }),
  );
}

const LENGTHS = { minute: 60000, hour: 3600000, day: 86400000 };
const STRETCHES = 24;

/** A small chart of the last minutes, hours or days, with those that had none. */
function Trend({ item, bucket }) {
  const length = LENGTHS[bucket];
  const counts = new Map(item.counts.map((one) => [Date.parse(one.time), one.count]));
  const last = Math.floor(gatewayTime().getTime() / length) * length;
  const values = Array.from({ length: STRETCHES }, (_, i) => counts.get(last - (STRETCHES - 1 - i) * length) ?? 0);
  return h(Spark, { values, label: t("trend." + bucket, { n: values.reduce((a, b) => a + b, 0), stretches: STRETCHES }) });
}

function Letters({ filter, cursor }) {
  const [selected, setSelected] = useState(new Set());
  const [dialog, setDialog] = useState(null);
  const query = { ...filter, limit: PAGE, cursor };
  const { data, error, loading, reload } = useLoad((signal) => get("/api/dead-letters", query, { signal }), [query]);
  const items = data?.items ?? [];
  const picked = items.filter((item) => selected.has(item.id));
  const mayChange = can("dead-letters:write") && filter.status === "open";
  const some = () => picked.map((item) => ({ key: item.id, title: item.message ?? item.reason, reason: item.reason, id: item.id }));
  const whole = () => [{ key: "all", title: t("replay.all.title"), filter: until(filter) }];
  const done = () => {
    setDialog(null);
    setSelected(new Set());
    reload();
  };
  return h(
    "section",
    { "aria-labelledby": "letters" },
    h(
      "div",
      { class: "row spread" },
      h("h2", { id: "letters" }, t("letters.letters")),
      h(
        "div",
        { class: "row" },
        mayChange && h(Button, { kind: "primary", shortcut: "r", disabled: picked.length === 0, onClick: () => setDialog({ kind: "replay", parts: some() }) }, t("replay.selected")),
        mayChange && h(Button, { kind: "danger", shortcut: "d", disabled: picked.length === 0, onClick: () => setDialog({ kind: "discard", parts: some() }) }, t("discard.selected")),
        mayChange && h(Button, { onClick: () => setDialog({ kind: "replay", parts: whole() }), disabled: items.length === 0 }, t("replay.all")),
        mayChange && h(Button, { onClick: () => setDialog({ kind: "discard", parts: whole() }), disabled: items.length === 0 }, t("discard.all")),
        h(Copy, { text: curl("GET", pathOf("/api/dead-letters", query)), label: t("copy.curl") }),
      ),
    ),
    h(Problem, { error, again: reload }),
    loading && data === null && h(Loading),
    data !== null && items.length === 0 && h(Empty, null, t(filter.status === "open" ? "letters.none.open" : "letters.none")),
    items.length > 0 && h(Table, {
      caption: t("letters.letters"),
      rows: items,
      name: (item) => item.id,
      selected: mayChange ? selected : undefined,
      select: setSelected,
      columns: [
        { key: "failed", head: t("failed.at"), cell: (item) => h("a", { href: href(["dead-letters", item.id]) }, time(item.failed_at)) },
        {
          key: "reason",
          head: t("reason"),
          cell: (item) => h(Fragment, null, h(ReasonText, { reason: item.reason }), item.message !== null && h("div", { class: "clip muted text" }, visible(item.message.slice(0, 300)))),
        },
        { key: "record", head: t("record"), cell: (item) => h("code", null, visible(item.topic + "/" + item.partition + "/" + item.offset)) },
        { key: "route", head: t("route"), cell: (item) => h("code", null, visible(item.route ?? "–")) },
        { key: "replays", head: t("replays"), num: true, cell: (item) => number(item.replays) },
        { key: "status", head: t("status"), cell: (item) => h(StatusBadge, { status: item.status }) },
      ],
    }),
    data !== null && h(Pages, { count: items.length, cursor, next: data.next_cursor, onNext: () => change({ cursor: data.next_cursor }), onFirst: () => change({ cursor: null }) }),
    dialog?.kind === "replay" && h(BulkReplay, { parts: dialog.parts, onClose: done }),
    dialog?.kind === "discard" && h(Discard, { parts: dialog.parts, onClose: done }),
  );
}
