import { Fragment, h, useMemo } from "../lib.js";
import { get, open, useLoad } from "../api.js";
import { bothTimes, time, visible } from "../format.js";
import { layout, readFlowchart, stages, throughTopics } from "../layout.js";
import { change, href } from "../route.js";
import { number, short, t } from "../text.js";
import { Badge, Button, Copy, Facts, Loading, Problem, Table, Tabs } from "../ui.js";

// The audit trail records the call.
const EVERY = 15000;
const WIDTH = 148;
const HEIGHT = 60;
const GAP_X = 24;
const GAP_Y = 12;
/** Maximum characters in each of the two lines of a name. */
const LINE = 18;
const TABS = ["diagram", "all", "table"];
const STATE_KINDS = { started: "ok", stopped: "bad", suspended: "bad" };

export default function Flow({ route }) {
  const tab = TABS.includes(route.query.get("tab")) ? route.query.get("tab") : TABS[0];
  const chosen = route.query.get("route");
  const routes = useLoad((signal) => get("/api/routes", {}, { signal }), [], EVERY);
  const drawn = useLoad(async (signal) => (await open("GET", "/api/routes/diagram", { signal, accept: "*/*" })).text(), []);
  const one = routes.data?.items.find((item) => item.id === chosen);
  return h(
    Fragment,
    null,
    h("h1", { tabIndex: -1 }, t("page.flow")),
    h(Tabs, {
      label: t("flow.views"),
      current: tab,
      tabs: TABS.map((key) => ({ key, text: t("flow." + key) })),
      link: (key) => href(["flow"], { tab: key === "diagram" ? null : key, route: chosen }),
    }),
    h(Problem, { error: routes.error ?? drawn.error, again: () => [routes, drawn].forEach((load) => load.reload()) }),
    one && h(RouteDetail, { item: one }),
    routes.data === null || drawn.data === null
      ? routes.error === null && drawn.error === null && h(Loading)
      : tab === "table" ? h(RouteTable, { items: routes.data.items }) : h(Diagram, { text: drawn.data, items: routes.data.items, chosen, all: tab === "all" }),
  );
}

function StateBadge({ state }) {
  return h(Badge, { kind: STATE_KINDS[state] ?? "warn" }, t("route." + state));
}

function RouteDetail({ item }) {
  return h(
    "section",
    { "aria-labelledby": "route" },
    h("div", { class: "row spread" }, h("h2", { id: "route" }, h("code", null, item.id)), h(Button, { kind: "small", onClick: () => change({ route: null }, { replace: true }) }, t("close"))),
    item.description && h("p", null, visible(item.description)),
    h(Facts, {
      facts: [
        [t("state"), h(StateBadge, { state: item.state })],
        [t("route.from"), h("code", null, visible(item.from ?? "–"))],
        [t("route.file"), item.file ? h(Fragment, null, h("code", null, item.file + (item.line ? ":" + item.line : "")), " ", h(Copy, { text: item.file + (item.line ? ":" + item.line : "") })) : "–"],
        [t("route.total"), number(item.total)],
        [t("route.failed"), number(item.failed)],
        [t("route.inflight"), number(item.inflight)],
        [t("route.last"), bothTimes(item.last_completed_at)],
        item.last_error && [t("route.last.error"), h(Fragment, null, time(item.last_error.at), h("br"), h("code", null, visible(item.last_error.type)), h("br"), visible(item.last_error.message ?? ""))],
      ],
    }),
  );
}

function RouteTable({ items }) {
  return h(
    "section",
    { "aria-labelledby": "routes" },
    h("h2", { id: "routes" }, t("flow.routes", { n: items.length })),
    h(Table, {
      caption: t("flow.table"),
      rows: items,
      columns: [
        { key: "id", head: t("route"), cell: (row) => h("a", { href: href(["flow"], { tab: "table", route: row.id }) }, h("code", null, row.id)) },
        { key: "from", head: t("route.from"), cell: (row) => h("code", { class: "muted" }, visible(row.from ?? "–")) },
        { key: "state", head: t("state"), cell: (row) => h(StateBadge, { state: row.state }) },
        { key: "total", head: t("route.total"), num: true, cell: (row) => number(row.total) },
        { key: "failed", head: t("route.failed"), num: true, cell: (row) => number(row.failed) },
        { key: "inflight", head: t("route.inflight"), num: true, cell: (row) => number(row.inflight) },
        { key: "error", head: t("route.last.error"), cell: (row) => (row.last_error ? h(Fragment, null, time(row.last_error.at), h("div", { class: "clip muted" }, visible(row.last_error.message ?? row.last_error.type))) : "–") },
      ],
    }),
  );
}

/** Draws a part, with its sources at the left and its targets at the right; each route has its numbers. */
function Diagram({ text, items, chosen, all }) {
  const parts = useMemo(() => stages(all ? readFlowchart(text) : throughTopics(readFlowchart(text))), [text, all]);
  const byNode = useMemo(() => new Map(items.map((item) => ["route_" + item.id.replace(/[^A-Za-z0-9]/g, "_"), item])), [items]);
  return h(
    "section",
    { "aria-labelledby": "diagram" },
    h("h2", { id: "diagram" }, t(all ? "flow.all" : "flow.diagram")),
    h("p", { class: "muted" }, t(all ? "flow.all.text" : "flow.text")),
    parts.map((part, i) => h(Stage, { key: i, part, title: titleOf(part, i), byNode, chosen, all })),
  );
}

function titleOf(part, i) {
  const read = part.nodes.filter((node) => node.kind === "topic" && part.links.some((link) => link.from === node.id));
  return t(i === 0 ? "flow.of.calls" : read.every((node) => node.label.endsWith(".dlq")) ? "flow.of.dead.letters" : "flow.of.topics");
}

/** Draws the columns from left to right. */
function Stage({ part, title, byNode, chosen, all }) {
  const graph = useMemo(() => layout(part), [part]);
  const place = (node) => [node.column * (WIDTH + GAP_X) + 4, node.row * (HEIGHT + GAP_Y) + 4];
  const width = graph.columns * (WIDTH + GAP_X) - GAP_X + 8;
  const height = graph.rows * (HEIGHT + GAP_Y) - GAP_Y + 8;
  return h(
    Fragment,
    null,
    h("h3", null, title),
    h(
      "div",
      { class: "scroll flow", tabIndex: 0, role: "group", "aria-label": title },
      h(
        "svg",
        { class: graph.columns > 6 ? "wide" : undefined, width, height, viewBox: "0 0 " + width + " " + height, role: "group", "aria-label": title },
        h("g", { "aria-hidden": "true" }, graph.links.map((link) => h(Link, { key: link.from + link.to + link.failure + link.group, link, place }))),
        graph.nodes.map((node) => h(Node, { key: node.id, node, all, place: place(node), item: byNode.get(node.id), chosen: chosen !== null && byNode.get(node.id)?.id === chosen })),
      ),
    ),
  );
}

/** Draws a link from the right edge of its first place to the left edge of its last one, straight through the others. */
function Link({ link, place }) {
  const points = link.path.map(place);
  let d = "";
  points.slice(1).forEach(([x, y], i) => {
    const x1 = points[i][0] + WIDTH;
    const y1 = points[i][1] + HEIGHT / 2;
    const y2 = y + HEIGHT / 2;
    const bend = Math.max(GAP_X * 0.7, Math.abs(x - x1) / 2);
    d += (i === 0 ? "M" + x1 + " " + y1 : "H" + x1) + "C" + (x1 + bend) + " " + y1 + " " + (x - bend) + " " + y2 + " " + x + " " + y2;
  });
  return h("path", { class: "link" + (link.failure ? " failure" : "") + (link.back ? " back" : ""), d });
}

/** Breaks a name into two lines, between words if possible. */
function linesOf(label) {
  if (label.length <= LINE) {
    return [label];
  }
  const at = label.slice(0, LINE).search(/[-_ /.][^-_ /.]*$/);
  const first = label.slice(0, at > 4 ? at + 1 : LINE);
  const rest = label.slice(first.length);
  return [first.trim(), rest.length > LINE ? rest.slice(0, LINE - 1) + "…" : rest];
}

function Node({ node, all, place: [x, y], item, chosen }) {
  const good = item === undefined || item.state === "started";
  const lines = linesOf(node.label);
  const counts = item === undefined ? "" : t("flow.counts", { n: item.total, runs: short(item.total), failed: short(item.failed) });
  const above = (item === undefined ? 35 : 27) - (lines.length - 1) * 8;
  const body = h(
    Fragment,
    null,
    h("title", null, node.label + (counts === "" ? "" : ", " + counts)),
    h("rect", { x, y, width: WIDTH, height: HEIGHT, rx: node.kind === "topic" ? 2 : node.kind === "verb" ? 18 : 8 }),
    lines.map((line, i) => h("text", { key: i, x: x + 9, y: y + above + i * 15, class: "name" }, line)),
    item !== undefined && h("text", { x: x + 9, y: y + 52, class: "counts" + (good ? "" : " bad") }, good ? counts : "✕ " + t("route." + item.state)),
  );
  const classes = "node " + node.kind + (good ? "" : " bad") + (item?.failed > 0 ? " failed" : "") + (chosen ? " chosen" : "");
  return item === undefined ? h("g", { class: classes }, body) : h("a", { class: classes, href: href(["flow"], { tab: all ? "all" : null, route: item.id }), "aria-label": node.label + ", " + t("route." + item.state) + ", " + counts }, body);
}
