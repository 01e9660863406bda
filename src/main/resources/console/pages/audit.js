import { Fragment, h, useRef, useState } from "../lib.js";
import { call, get, pathOf, useLoad } from "../api.js";
import { chosen, Filters } from "../filters.js";
import { curl, time, visible } from "../format.js";
import { stringify } from "../json.js";
import { change } from "../route.js";
import { number, t } from "../text.js";
import { Badge, Button, Copy, Dialog, Empty, Facts, Field, Loading, Pages, Problem, Table, Text } from "../ui.js";

const NAMES = ["subject", "action", "outcome", "from", "to"];
const OUTCOMES = { begun: "info", done: "ok", refused: "warn", failed: "bad" };
const PAGE = 50;

export default function Audit({ route }) {
  const filter = chosen(route.query, NAMES);
  const cursor = route.query.get("cursor");
  const query = { ...filter, limit: PAGE, cursor };
  const [verifying, setVerifying] = useState(false);
  const [record, setRecord] = useState(null);
  const { data, error, loading, reload } = useLoad((signal) => get("/api/audit", query, { signal }), [query]);
  return h(
    Fragment,
    null,
    h("h1", { tabIndex: -1 }, t("page.audit")),
    h(Filters, {
      query: route.query,
      filters: [
        { name: "subject", label: t("subject"), kind: "text" },
        { name: "action", label: t("action"), kind: "text" },
        { name: "outcome", label: t("outcome"), kind: "choice", options: [["", t("any")], ...Object.keys(OUTCOMES).map((one) => [one, t("audit." + one)])] },
        { name: "from", label: t("from"), kind: "time" },
        { name: "to", label: t("to"), kind: "time" },
      ],
    }),
    h(
      "section",
      { "aria-labelledby": "records" },
      h(
        "div",
        { class: "row spread" },
        h("h2", { id: "records" }, t("audit.records")),
        h(
          "div",
          { class: "row" },
          h(Button, { onClick: () => setVerifying(true) }, t("audit.verify")),
          h(Button, { onClick: reload, disabled: loading }, t("refresh")),
          h(Copy, { text: curl("GET", pathOf("/api/audit", query)), label: t("copy.curl") }),
        ),
      ),
      h(Problem, { error, again: reload }),
      loading && data === null && h(Loading),
      data?.items.length === 0 && h(Empty, null, t("audit.none")),
      data?.items.length > 0 && h(Table, {
        caption: t("audit.records"),
        rows: data.items,
        id: (row) => row.sequence,
        columns: [
          { key: "sequence", head: "#", num: true, cell: (row) => h(Button, { kind: "small", "aria-label": t("audit.record", { n: row.sequence }), onClick: () => setRecord(row) }, number(row.sequence)) },
          { key: "at", head: t("time"), cell: (row) => time(row.at) },
          { key: "subject", head: t("subject"), cell: (row) => visible(row.subject ?? "–") },
          { key: "action", head: t("action"), cell: (row) => h("code", null, visible(row.action)) },
          { key: "outcome", head: t("outcome"), cell: (row) => h(Badge, { kind: OUTCOMES[row.outcome] ?? "info" }, t("audit." + row.outcome)) },
          { key: "status", head: t("audit.status"), num: true, cell: (row) => row.status ?? "–" },
          { key: "calls", head: t("calls"), num: true, cell: (row) => number(row.calls) },
        ],
      }),
      data && h(Pages, { count: data.items.length, cursor, next: data.next_cursor, onNext: () => change({ cursor: data.next_cursor }), onFirst: () => change({ cursor: null }) }),
    ),
    verifying && h(Verify, { onClose: () => setVerifying(false) }),
    record && h(Record, { record, onClose: () => setRecord(null) }),
  );
}

function Record({ record, onClose }) {
  return h(
    Dialog,
    { title: t("audit.record", { n: record.sequence }), wide: true, onClose },
    h(Facts, {
      facts: [
        [t("time"), time(record.at, true)],
        [t("subject"), visible(record.subject ?? "–")],
        [t("action"), h("code", null, visible(record.action))],
        [t("outcome"), t("audit." + record.outcome)],
        [t("audit.status"), record.status ?? "–"],
        [t("reason"), record.reason ?? "–"],
        [t("address"), visible(record.address ?? "–")],
        [t("request.id"), visible(record.request_id ?? "–")],
        [t("calls"), number(record.calls)],
        ["mac", h("code", null, record.mac)],
      ],
    }),
    h("h3", null, t("target")),
    h(Text, { text: stringify(record.target ?? null), pre: true }),
    h("h3", null, t("detail")),
    h(Text, { text: stringify(record.detail ?? null), pre: true }),
  );
}

function Verify({ onClose }) {
  const [anchor, setAnchor] = useState("");
  const [phase, setPhase] = useState("ready");
  const [verdict, setVerdict] = useState(null);
  const [error, setError] = useState(null);
  const gone = useRef(false);
  const run = async (event) => {
    event.preventDefault();
    setPhase("running");
    setError(null);
    setVerdict(null);
    try {
      let { status, data } = await call("GET", "/api/audit/verify", { query: { anchor } });
      if (status === 202) {
        while (data.state === "running" && !gone.current) {
          setVerdict(data.result);
          await new Promise((resolve) => setTimeout(resolve, 1000));
          data = await get("/api/audit/verifications/" + data.id);
        }
        if (data.state === "failed") {
          setError({ status: 0, message: data.reason, details: [] });
        }
        data = data.result;
      }
      setVerdict(data);
    } catch (failure) {
      setError(failure);
    }
    setPhase("done");
  };
  const close = () => {
    gone.current = true;
    onClose();
  };
  return h(
    Dialog,
    { title: t("audit.verify"), wide: true, onClose: close },
    h("p", null, t("audit.verify.text")),
    h(
      "form",
      { onSubmit: run },
      h(
        Field,
        { label: t("audit.anchor"), hint: t("audit.anchor.hint"), id: "anchor" },
        h("input", { id: "anchor", type: "text", pattern: "[0-9]{1,18}[.][0-9a-f]{64}", autocomplete: "off", spellcheck: false, "data-first": true, "aria-describedby": "anchor-hint", value: anchor, onInput: (event) => setAnchor(event.target.value.trim()) }),
      ),
      h("button", { type: "submit", class: "button primary", disabled: phase === "running" }, t("audit.verify.go")),
    ),
    h("div", { role: "status" }, phase === "running" && h("p", null, t("audit.verifying", { n: verdict?.records ?? 0 })), phase === "done" && verdict && h(Verdict, { verdict })),
    h(Problem, { error }),
  );
}

function Verdict({ verdict }) {
  const kind = !verdict.valid ? "bad" : verdict.complete ? "ok" : "warn";
  return h(
    Fragment,
    null,
    h("p", null, h(Badge, { kind }, h("strong", null, t(!verdict.valid ? "verdict.broken" : verdict.complete ? "verdict.whole" : "verdict.partly")))),
    h(Facts, {
      facts: [
        [t("verdict.records"), number(verdict.records)],
        [t("verdict.anchors"), number(verdict.anchors)],
        [t("verdict.last"), number(verdict.last_sequence)],
        verdict.broken !== null && [t("verdict.place"), t("verdict." + verdict.broken.problem, { n: verdict.broken.sequence })],
        verdict.lost.length > 0 && [t("verdict.lost"), verdict.lost.map((one) => h("code", { key: one }, one, " "))],
      ],
    }),
    h("p", { class: "row" }, h(Copy, { text: verdict.last_sequence + "." + verdict.last_mac, label: t("verdict.copy") })),
  );
}
