import { Fragment, h, useMemo, useState } from "../lib.js";
import { get, post, useLoad } from "../api.js";
import { BulkReplay, Discard, StatusBadge } from "../bulk.js";
import { bothTimes, bytes, curl, decodeBase64, hexLines, time, visible } from "../format.js";
import { diff, parse, pretty } from "../json.js";
import { href } from "../route.js";
import { eventViolations } from "../schema.js";
import { can, state } from "../state.js";
import { number, t } from "../text.js";
import { Badge, Button, Copy, Dialog, Empty, Facts, Field, Loading, notify, Problem, ReasonText, Table, Tabs, Text } from "../ui.js";

const HEX_BYTES = 4096;
const SHOWN = 20000;

export default function Letter({ id, query }) {
  const path = "/api/dead-letters/" + encodeURIComponent(id);
  const { data, error, loading, reload } = useLoad((signal) => get(path, {}, { signal }), [id]);
  const [dialog, setDialog] = useState(null);
  const done = () => {
    setDialog(null);
    reload();
  };
  const part = data && { key: data.id, title: data.message ?? data.reason, reason: data.reason, id: data.id };
  return h(
    Fragment,
    null,
    h("p", null, h("a", { href: href(["dead-letters"], { tab: "letters" }) }, "← " + t("page.dead-letters"))),
    h("h1", { tabIndex: -1 }, data === null ? t("letter") : h(ReasonText, { reason: data.reason })),
    h(Problem, { error, missing: t("letter.missing"), again: reload }),
    loading && data === null && h(Loading),
    data && h(
      Fragment,
      null,
      h(
        "section",
        { "aria-label": t("letter.summary") },
        h("p", null, h(StatusBadge, { status: data.status }), !data.sealed && h(Fragment, null, " ", h(Badge, { kind: "warn" }, t("letter.unsealed")))),
        data.message !== null && h("p", null, h(Text, { text: data.message, limit: 1000 })),
        h(
          "div",
          { class: "row" },
          data.status === "open" && can("dead-letters:write") && h(Button, { kind: "primary", shortcut: "r", onClick: () => setDialog("replay") }, t("replay")),
          data.status === "open" && can("dead-letters:write", "events:write") && h(Button, { onClick: () => setDialog("repair"), shortcut: "e" }, t("repair")),
          data.status === "open" && can("dead-letters:write") && h(Button, { kind: "danger", shortcut: "d", onClick: () => setDialog("discard") }, t("discard")),
          h(Copy, { text: data.id, label: t("copy.id") }),
          h(Copy, { text: curl("GET", path), label: t("copy.curl") }),
        ),
        data.status === "open" && !can("dead-letters:write") && h("p", { class: "hint" }, t("letter.read.only")),
      ),
      h(Value, { letter: data, tab: query.get("view") ?? "json" }),
      h(About, { letter: data }),
      h(Headers, { headers: data.headers }),
      h(History, { letter: data }),
      h(SameKey, { letter: data }),
    ),
    dialog === "replay" && h(BulkReplay, { parts: [part], onClose: done }),
    dialog === "discard" && h(Discard, { parts: [part], onClose: done }),
    dialog === "repair" && h(Repair, { letter: data, path, onClose: () => setDialog(null), onDone: done }),
  );
}

function About({ letter }) {
  const related = href(["dead-letters"], { tab: "letters", origin: letter.origin });
  return h(
    "section",
    { "aria-labelledby": "about" },
    h("h2", { id: "about" }, t("letter.about")),
    h(Facts, {
      facts: [
        [t("letter.id"), h("code", null, letter.id)],
        [t("record"), h("code", null, visible(letter.topic + "/" + letter.partition + "/" + letter.offset))],
        [t("origin"), h("a", { href: related }, h("code", null, visible(letter.origin)))],
        [t("route"), h("code", null, visible(letter.route ?? "–"))],
        [t("group"), h("code", null, visible(letter.group ?? "–"))],
        [t("exception"), h("code", null, visible(letter.exception ?? "–"))],
        [t("failed.at"), bothTimes(letter.failed_at)],
        [t("record.timestamp"), letter.timestamp === null ? "–" : bothTimes(letter.timestamp)],
        [t("attempts"), number(letter.attempts)],
        [t("replays"), number(letter.replays)],
        letter.replay_of !== null && [t("replay.of"), h("a", { href: href(["dead-letters", letter.replay_of]) }, letter.replay_of)],
        letter.successor !== null && [t("successor"), h("a", { href: href(["dead-letters", letter.successor]) }, letter.successor)],
      ],
    }),
  );
}

function parsed(text) {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

function Value({ letter, tab }) {
  const value = letter.value;
  const json = useMemo(() => (value?.text ? pretty(value.text) : null), [value]);
  const known = [...(json === null ? [] : ["json"]), ...(value?.text === null ? [] : ["text"]), "hex"];
  const current = known.includes(tab) ? tab : known[0];
  const errors = useMemo(() => (json === null ? [] : eventViolations(parsed(value.text), state.types, letter.topic)), [json, state.language]);
  return h(
    "section",
    { "aria-labelledby": "value" },
    h("h2", { id: "value" }, t("letter.value")),
    value === null
      ? h(Empty, null, t("letter.value.none"))
      : h(
          Fragment,
          null,
          h(Tabs, { label: t("letter.value"), current, tabs: known.map((key) => ({ key, text: t("view." + key) })), link: (key) => href(["dead-letters", letter.id], { view: key }) }),
          errors.length > 0 && h(Violations, { errors }),
          json === null && value.text !== null && h("p", { class: "hint" }, t("letter.value.no.json")),
          value.text === null && h("p", { class: "hint" }, t("letter.value.no.text")),
          current === "json" && h(Text, { text: json, limit: SHOWN, pre: true }),
          current === "text" && h(Text, { text: value.text, limit: SHOWN, pre: true }),
          current === "hex" && h(Hex, { base64: value.base64 }),
          h("p", { class: "row" }, h("span", { class: "muted" }, bytes(decodeBase64(value.base64).length)), h(Copy, { text: value.text ?? value.base64, label: value.text === null ? t("copy.base64") : t("copy.text") }), value.text !== null && h(Copy, { text: value.base64, label: t("copy.base64") })),
        ),
  );
}

function Hex({ base64 }) {
  const data = decodeBase64(base64);
  return h(Fragment, null, h("pre", { class: "text hex", tabIndex: 0 }, hexLines(data, HEX_BYTES)), data.length > HEX_BYTES && h("p", { class: "hint" }, t("hex.cut", { shown: HEX_BYTES, all: data.length })));
}

function Violations({ errors }) {
  return h(
    "div",
    { class: "problem" },
    h("p", null, h("strong", null, t("violations", { n: errors.length }))),
    h("ul", null, errors.slice(0, 50).map((error, i) => h("li", { key: i }, h("code", null, visible(error.path === "" ? "/" : error.path)), " ", visible(error.message)))),
  );
}

function Headers({ headers }) {
  return h(
    "section",
    { "aria-labelledby": "headers" },
    h("h2", { id: "headers" }, t("letter.headers")),
    headers.length === 0
      ? h(Empty, null, t("letter.headers.none"))
      : h(Table, {
          caption: t("letter.headers"),
          rows: headers.map((header, i) => ({ ...header, id: i })),
          columns: [
            { key: "name", head: t("name"), cell: (row) => h("code", null, visible(row.name)) },
            { key: "value", head: t("value"), cell: (row) => (row.base64 === null ? "–" : row.text === null ? h("code", null, row.base64) : h(Text, { text: row.text, limit: 500 })) },
          ],
        }),
  );
}

function History({ letter }) {
  return h(
    "section",
    { "aria-labelledby": "history" },
    h("h2", { id: "history" }, t("letter.history")),
    letter.history.length === 0
      ? h(Empty, null, t("letter.history.none"))
      : h(Table, {
          caption: t("letter.history"),
          rows: letter.history.map((entry, i) => ({ ...entry, id: i })),
          columns: [
            { key: "at", head: t("time"), cell: (row) => time(row.at, true) },
            { key: "outcome", head: t("outcome"), cell: (row) => t("outcome." + row.outcome) },
            { key: "by", head: t("by"), cell: (row) => visible(row.by ?? "–") },
            { key: "detail", head: t("detail"), cell: (row) => (row.detail === null ? "–" : h(Text, { text: row.detail, limit: 500 })) },
          ],
        }),
  );
}

const KEY_FILTERS = { "/user_id": "user_id", "/service": "service", "/username": "username" };

/** Stored events with the same key, if the key is a filter of events. */
function SameKey({ letter }) {
  const pointer = state.types.find((type) => type.topic === letter.topic)?.key;
  const name = KEY_FILTERS[pointer];
  const key = letter.key?.text;
  const query = { [name]: key, topic: letter.topic, limit: 5 };
  const known = name !== undefined && key !== null && key !== undefined && key !== "" && key.length <= 256;
  const { data, error } = useLoad((signal) => (known ? get("/api/events", query, { signal }) : Promise.resolve(null)), [letter.id]);
  return h(
    "section",
    { "aria-labelledby": "same-key" },
    h("h2", { id: "same-key" }, t("same.key")),
    h("p", null, t("key"), ": ", letter.key === null ? "–" : letter.key.text === null ? h("code", null, letter.key.base64) : h("code", null, h(Text, { text: letter.key.text, limit: 300 }))),
    h(Problem, { error }),
    !known && h("p", { class: "muted" }, t("same.key.unknown")),
    data?.items.length === 0 && h(Empty, null, t("same.key.none")),
    data?.items.length > 0 && h(
      Fragment,
      null,
      h(Table, {
        caption: t("same.key"),
        rows: data.items,
        columns: [
          { key: "at", head: t("time"), cell: (row) => h("a", { href: href(["events", row.id]) }, time(row.timestamp)) },
          { key: "type", head: t("type"), cell: (row) => h("code", null, row.type) },
          { key: "record", head: t("record"), cell: (row) => h("code", null, row.topic + "/" + row.partition + "/" + row.offset) },
        ],
      }),
      h("p", null, h("a", { href: href(["events"], { [name]: key }) }, t("same.key.all"))),
    ),
  );
}

const SIGNS = { " ": "same", "-": "gone", "+": "new" };

/** The event that replaces the record. It is checked as it is typed, and compared with the failed record. */
function Repair({ letter, path, onClose, onDone }) {
  const original = useMemo(() => (letter.value?.text ? pretty(letter.value.text) ?? letter.value.text : ""), [letter]);
  const [text, setText] = useState(original);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(null);
  const [leaving, setLeaving] = useState(false);
  const errors = useMemo(() => check(text, letter.topic), [text, state.language]);
  const lines = useMemo(() => diff(original, pretty(text) ?? text), [original, text]);
  const send = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      // Sent as it is typed, so that no number is rounded.
      const answer = await post(path + "/replay", '{"event":' + text + "}");
      notify(t("repair.done", { detail: answer.detail }));
      onDone();
    } catch (failure) {
      setError(failure);
      setBusy(false);
    }
  };
  const leave = () => (text === original || leaving ? onClose() : setLeaving(true));
  return h(
    Dialog,
    { title: t("repair.title"), wide: true, onClose: busy ? undefined : leave },
    leaving && h("p", { class: "problem", role: "alert" }, t("repair.leave")),
    h("p", null, t("repair.text")),
    h(
      "form",
      { onSubmit: send },
      h(
        Field,
        { label: t("repair.event"), id: "repair-event" },
        h("textarea", { id: "repair-event", rows: 14, spellcheck: false, "data-first": true, "aria-describedby": "repair-errors", "aria-invalid": String(errors.length > 0), value: text, onInput: (event) => setText(event.target.value) }),
      ),
      h(
        "div",
        { id: "repair-errors", role: "status" },
        errors.length === 0
          ? h("p", null, h(Badge, { kind: "ok" }, t("repair.valid")))
          : h(Violations, { errors }),
      ),
      h(Problem, { error }),
      h("h3", null, t("repair.diff")),
      lines === null
        ? h("p", { class: "hint" }, t("repair.diff.long"))
        : lines.every(([sign]) => sign === " ")
          ? h("p", { class: "hint" }, t("repair.diff.none"))
          : h("pre", { class: "code diff", tabIndex: 0 }, lines.map(([sign, line], i) => h("span", { key: i, class: "line " + SIGNS[sign] }, sign + " ", visible(line), "\n"))),
      h("div", { class: "row" }, h("button", { type: "submit", class: "button primary", disabled: busy || errors.length > 0 || text === original }, t("repair.go"))),
    ),
  );
}

function check(text, topic) {
  let event;
  try {
    event = parse(text);
  } catch (error) {
    return [{ path: "", message: error.message }];
  }
  return eventViolations(event, state.types, topic);
}
