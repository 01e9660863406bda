import { Fragment, h, useEffect, useRef, useState } from "./lib.js";
import { call, get, post, useLoad } from "./api.js";
import { curl, time, visible } from "./format.js";
import { href } from "./route.js";
import { number, t } from "./text.js";
import { Badge, Button, Copy, Dialog, Empty, Field, Loading, notify, Problem, Progress, ReasonText, Table } from "./ui.js";

const MOST = 10000;
const MOST_DISCARDS = 1000;
const AT_ONCE = 4;
const NONE = { matched: 0, replayed: 0, skipped: 0, failed: 0, refused: 0, remaining: 0 };

const STATUS_KINDS = { open: "warn", replayed: "ok", discarded: "info" };

export function StatusBadge({ status }) {
  return h(Badge, { kind: STATUS_KINDS[status] ?? "info" }, t("letter." + status));
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Does the work for each item, some at once, until all are done or it is stopped. */
async function each(items, stopped, work) {
  const left = [...items];
  const worker = async () => {
    while (left.length > 0 && !stopped()) {
      await work(left.shift());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** One dead letter's replay as the counts of a bulk replay. */
async function replayOne(id) {
  try {
    const answer = await post("/api/dead-letters/" + encodeURIComponent(id) + "/replay");
    return { ...NONE, ...answer, matched: 1, note: answer.detail };
  } catch (error) {
    const counted = error.status === 409 ? "refused" : "failed";
    return { ...NONE, matched: 1, [counted]: 1, note: error.message + details(error) };
  }
}

function details(error) {
  return error.details?.length > 0 ? " – " + error.details.map((one) => one.message).join("; ") : "";
}

/** A bulk replay to its end; what it has come to meanwhile is told. */
async function replayFilter(part, max, rate, stopped, tell) {
  const body = { filter: part.filter, max, ...(rate === null ? {} : { rate }) };
  let { status, data } = await call("POST", "/api/dead-letters/replay", { body });
  if (status !== 202) {
    return data;
  }
  let asked = false;
  while (data.state === "running") {
    if (data.result !== null) {
      tell(data.result);
    }
    if (stopped() && !asked) {
      asked = true;
      await post("/api/dead-letters/replays/" + data.id + "/stop");
    }
    await wait(700);
    data = await get("/api/dead-letters/replays/" + data.id);
  }
  return { ...NONE, ...data.result, note: data.state === "failed" ? t("replay.job.failed", { reason: data.reason }) : data.state === "stopped" ? t("replay.job.stopped") : undefined };
}

/**
 * Replays what was chosen: each part is one dead letter (id), or all that a filter finds. It shows first what it is about, then how
 * far it is, then what became of each part.
 */
export function BulkReplay({ parts, onClose }) {
  const [counts, setCounts] = useState(new Map());
  const [error, setError] = useState(null);
  const [phase, setPhase] = useState("looking");
  const [rate, setRate] = useState("");
  const stopped = useRef(false);
  const set = (key, value) => setCounts((before) => new Map(before).set(key, value));
  useEffect(() => {
    const look = async () => {
      for (const part of parts) {
        set(part.key, part.id === undefined ? await post("/api/dead-letters/replay", { filter: part.filter, max: MOST, dry_run: true }) : { ...NONE, matched: 1 });
      }
      setPhase("ready");
    };
    look().catch(setError);
  }, []);
  const total = sum(parts.map((part) => counts.get(part.key)?.matched ?? 0));
  const run = async (event) => {
    event.preventDefault();
    if (phase !== "ready") {
      return;
    }
    setPhase("running");
    const perSecond = rate === "" ? null : Number(rate);
    try {
      const single = parts.filter((part) => part.id !== undefined);
      await each(single, () => stopped.current, async (part) => set(part.key, await replayOne(part.id)));
      for (const part of parts) {
        if (part.id === undefined && !stopped.current) {
          set(part.key, await replayFilter(part, MOST, perSecond, () => stopped.current, (progress) => set(part.key, progress)));
        }
      }
    } catch (failure) {
      setError(failure);
    }
    setPhase("done");
  };
  const results = [...counts.values()];
  const of = (name) => sum(results.map((result) => result[name] ?? 0));
  useEffect(() => {
    if (phase === "done") {
      notify(t("replay.result", { replayed: of("replayed"), n: total, skipped: of("skipped"), failed: of("failed"), refused: of("refused") }), of("failed") + of("refused") > 0 || error !== null ? "warn" : "ok");
    }
  }, [phase]);
  const done = of("replayed") + of("skipped") + of("failed") + of("refused");
  return h(
    Dialog,
    { title: t("replay.title"), wide: true, onClose: phase === "running" ? undefined : onClose },
    h(Problem, { error }),
    h(
      "form",
      { onSubmit: run },
      h("p", { role: "status" }, phase === "looking" ? t("replay.looking") : phase === "ready" ? t("replay.matched", { n: total }) : phase === "running" ? t("replay.running") : outcome(of, total, error)),
      phase !== "looking" && phase !== "ready" && h(Progress, { done, all: total, label: t("replay.title") }),
      h(Parts, { parts, counts, finished: phase === "done" || phase === "running" }),
      phase === "ready" && parts.some((part) => part.id === undefined) && h(
        Field,
        { label: t("replay.rate"), hint: t("replay.rate.hint"), id: "rate" },
        h("input", { id: "rate", type: "number", min: 1, max: 100000, value: rate, "aria-describedby": "rate-hint", onInput: (event) => setRate(event.target.value) }),
      ),
      h(
        "div",
        { class: "row" },
        (phase === "looking" || phase === "ready") && h("button", { type: "submit", class: "button primary", "data-first": true, "aria-disabled": String(phase !== "ready"), disabled: phase === "ready" && total === 0 }, phase === "looking" ? t("replay.looking") : t("replay.go", { n: total })),
        phase === "running" && h(Button, { kind: "danger", onClick: () => (stopped.current = true) }, t("stop")),
        phase === "done" && h(CloseButton, { onClose }),
        phase === "ready" && parts.length === 1 && parts[0].filter && h(Copy, { text: curl("POST", "/api/dead-letters/replay", { filter: parts[0].filter, max: MOST, dry_run: true }), label: t("copy.curl") }),
      ),
    ),
  );
}

/** Has the focus as soon as it is there: the next Enter closes the window. */
function CloseButton({ onClose }) {
  const button = useRef(null);
  useEffect(() => button.current.focus(), []);
  return h("button", { type: "button", class: "button primary", ref: button, onClick: onClose }, t("close"));
}

const sum = (values) => values.reduce((a, b) => a + b, 0);

function outcome(of, total, error) {
  const bad = of("failed") + of("refused") > 0 || error !== null;
  const kind = bad ? "warn" : "ok";
  return h(Badge, { kind }, h("strong", null, t("replay.result", { replayed: of("replayed"), n: total, skipped: of("skipped"), failed: of("failed"), refused: of("refused") })));
}

function Parts({ parts, counts, finished }) {
  const columns = finished ? ["matched", "replayed", "skipped", "failed", "refused", "remaining"] : ["matched"];
  return h(Table, {
    caption: t("replay.parts"),
    rows: parts,
    id: (part) => part.key,
    columns: [
      { key: "what", head: t("what"), cell: (part) => h(Fragment, null, part.reason && h(ReasonText, { reason: part.reason }), h("div", { class: "clip muted text" }, visible(part.title.slice(0, 300))), counts.get(part.key)?.note && h("div", null, visible(counts.get(part.key).note))) },
      ...columns.map((name) => ({ key: name, head: t("counts." + name), num: true, cell: (part) => (counts.has(part.key) ? number(counts.get(part.key)[name] ?? 0) : "…") })),
    ],
  });
}

/** Discards what was chosen, each dead letter by itself, with one reason for all. */
export function Discard({ parts, onClose }) {
  const [reason, setReason] = useState("");
  const [phase, setPhase] = useState("ready");
  const [result, setResult] = useState({ all: 0, done: 0, failures: [] });
  const [error, setError] = useState(null);
  const stopped = useRef(false);
  const total = sum(parts.map((part) => part.count));
  const run = async (event) => {
    event.preventDefault();
    setPhase("running");
    try {
      const ids = [];
      for (const part of parts) {
        ids.push(...(part.id === undefined ? await idsOf(part.filter, MOST_DISCARDS - ids.length) : [part.id]));
      }
      setResult({ all: ids.length, done: 0, failures: [] });
      await each(ids, () => stopped.current, async (id) => {
        const failure = await discardOne(id, reason.trim());
        setResult((before) => ({
          ...before,
          done: before.done + (failure === null ? 1 : 0),
          failures: failure === null ? before.failures : [...before.failures, failure],
        }));
      });
    } catch (failure) {
      setError(failure);
    }
    setPhase("done");
  };
  useEffect(() => {
    if (phase === "done") {
      notify(t("discard.result", { n: result.done, failed: result.failures.length }), result.failures.length > 0 || error !== null ? "warn" : "ok");
    }
  }, [phase]);
  return h(
    Dialog,
    { title: t("discard.title"), wide: true, onClose: phase === "running" ? undefined : onClose },
    h(Problem, { error }),
    h(
      "form",
      { onSubmit: run },
      h("p", { role: "status" }, phase === "done" ? h(Badge, { kind: result.failures.length > 0 || error !== null ? "warn" : "ok" }, h("strong", null, t("discard.result", { n: result.done, failed: result.failures.length }))) : t("discard.about", { n: total })),
      phase === "ready" && total > MOST_DISCARDS && h("p", { class: "hint" }, t("discard.most", { n: MOST_DISCARDS })),
      phase !== "ready" && h(Progress, { done: result.done + result.failures.length, all: result.all, label: t("discard.title") }),
      phase !== "done" && h(
        "ul",
        null,
        parts.map((part) => h("li", { key: part.key }, h("strong", null, number(part.count)), " × ", h(ReasonText, { reason: part.reason }), " ", h("span", { class: "muted text" }, visible(part.title.slice(0, 200))))),
      ),
      phase === "ready" && h(
        Field,
        { label: t("discard.reason"), hint: t("discard.reason.hint"), id: "discard-reason" },
        h("input", { id: "discard-reason", type: "text", required: true, maxLength: 500, autocomplete: "off", "data-first": true, "aria-describedby": "discard-reason-hint", value: reason, onInput: (event) => setReason(event.target.value) }),
      ),
      result.failures.length > 0 && h(
        "ul",
        null,
        result.failures.slice(0, 100).map((failure) => h("li", { key: failure.id }, h("a", { href: href(["dead-letters", failure.id]) }, failure.id), ": ", visible(failure.message))),
      ),
      h(
        "div",
        { class: "row" },
        phase === "ready" && h("button", { type: "submit", class: "button danger" }, t("discard.go", { n: Math.min(total, MOST_DISCARDS) })),
        phase === "running" && h(Button, { kind: "danger", onClick: () => (stopped.current = true) }, t("stop")),
        phase === "done" && h(CloseButton, { onClose }),
      ),
    ),
  );
}

async function discardOne(id, reason) {
  try {
    await post("/api/dead-letters/" + encodeURIComponent(id) + "/discard", { reason });
    return null;
  } catch (error) {
    return { id, message: error.message + details(error) };
  }
}

async function idsOf(filter, most) {
  const ids = [];
  let cursor = null;
  do {
    const page = await get("/api/dead-letters", { ...filter, limit: 500, cursor });
    ids.push(...page.items.map((item) => item.id));
    cursor = page.next_cursor;
  } while (cursor !== null && ids.length < most);
  return ids.slice(0, Math.max(0, most));
}

const STATES = { running: "info", done: "ok", stopped: "warn", failed: "bad" };

/** The bulk replays that this gateway runs and ran. */
export function Replays() {
  const { data, error, loading, reload } = useLoad((signal) => get("/api/dead-letters/replays", {}, { signal }), [], 2000);
  const stop = async (id) => {
    try {
      await post("/api/dead-letters/replays/" + id + "/stop");
      notify(t("replays.stopping"), "info");
      reload();
    } catch (failure) {
      notify(failure.message, "bad");
    }
  };
  return h(
    "section",
    { "aria-labelledby": "replays" },
    h("h2", { id: "replays" }, t("letters.replays")),
    h("p", { class: "muted" }, t("replays.text")),
    h(Problem, { error, again: reload }),
    loading && data === null && h(Loading),
    data?.items.length === 0 && h(Empty, null, t("replays.none")),
    data?.items.length > 0 && h(Table, {
      caption: t("letters.replays"),
      rows: data.items,
      columns: [
        { key: "started", head: t("started.at"), cell: (job) => time(job.started_at) },
        { key: "by", head: t("by"), cell: (job) => visible(job.started_by ?? "–") },
        { key: "state", head: t("state"), cell: (job) => h(Badge, { kind: STATES[job.state] ?? "info" }, t("job." + job.state)) },
        ...["matched", "replayed", "skipped", "failed", "refused", "remaining"].map((name) => ({ key: name, head: t("counts." + name), num: true, cell: (job) => (job.result === null ? "–" : number(job.result[name])) })),
        { key: "action", head: t("action"), cell: (job) => job.state === "running" && h(Button, { kind: "small danger", onClick: () => stop(job.id) }, t("stop")) },
      ],
    }),
  );
}
