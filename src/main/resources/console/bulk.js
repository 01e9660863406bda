import { Fragment, h, useEffect, useRef, useState } from "./lib.js";
import { call, get, post, useLoad } from "./api.js";
import { curl, time, visible } from "./format.js";
import { href } from "./route.js";
import { number, t } from "./text.js";
import { Badge, Button, Copy, Dialog, Empty, Field, Loading, notify, Problem, Progress, ReasonText, Table } from "./ui.js";

const REPLAYS = { path: "/api/dead-letters/replay", jobs: "/api/dead-letters/replays", most: 1000000 };
const DISCARDS = { path: "/api/dead-letters/discard", jobs: "/api/dead-letters/discards" };
const AT_ONCE = 4;
const NONE = { matched: 0, replayed: 0, discarded: 0, skipped: 0, failed: 0, refused: 0, remaining: 0 };

const STATUS_KINDS = { open: "warn", replayed: "ok", discarded: "info", erased: "info" };

export function StatusBadge({ status }) {
  return h(Badge, { kind: STATUS_KINDS[status] ?? "info" }, t("letter." + status));
}

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Does the work for each item, some at a time, until all are done or it is stopped. */
async function each(items, stopped, work) {
  const left = [...items];
  const worker = async () => {
    while (left.length > 0 && !stopped()) {
      await work(left.shift());
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Replays one dead letter; returns the counts of a bulk replay. */
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

/** Runs a bulk action to its end, and reports its progress. */
async function toTheEnd({ path, jobs }, body, stopped, tell) {
  let { status, data } = await call("POST", path, { body });
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
      await post(jobs + "/" + data.id + "/stop");
    }
    await wait(700);
    data = await get(jobs + "/" + data.id);
  }
  return { ...NONE, ...data.result, note: data.state === "failed" ? t("job.ended.early", { reason: data.reason }) : data.state === "stopped" ? t("job.was.stopped") : undefined };
}

/** Counts the dead letters of each part. A part is one dead letter (id), or all that meet a filter. */
function useCounts(parts, { path, most }) {
  const [counts, setCounts] = useState(new Map());
  const [error, setError] = useState(null);
  const [phase, setPhase] = useState("looking");
  const set = (key, value) => setCounts((before) => new Map(before).set(key, { ...NONE, ...value }));
  useEffect(() => {
    const look = async () => {
      for (const part of parts) {
        set(part.key, part.id === undefined ? await post(path, { filter: part.filter, dry_run: true }) : { matched: 1 });
      }
      setPhase("ready");
    };
    look().catch(setError);
  }, []);
  const results = [...counts.values()];
  const of = (name) => sum(results.map((result) => result[name]));
  const total = sum(results.map((result) => Math.min(result.matched, most ?? result.matched)));
  return { counts, set, of, total, error, setError, phase, setPhase };
}

/**
 * Replays the selected parts: each is one dead letter (id), or all that meet a filter. It shows the numbers first, then the progress,
 * then the outcome of each part.
 */
export function BulkReplay({ parts, onClose }) {
  const { counts, set, of, total, error, setError, phase, setPhase } = useCounts(parts, REPLAYS);
  const [rate, setRate] = useState("");
  const stopped = useRef(false);
  const run = async (event) => {
    event.preventDefault();
    if (phase !== "ready") {
      return;
    }
    setPhase("running");
    const perSecond = rate === "" ? {} : { rate: Number(rate) };
    try {
      const single = parts.filter((part) => part.id !== undefined);
      await each(single, () => stopped.current, async (part) => set(part.key, await replayOne(part.id)));
      for (const part of parts) {
        if (part.id === undefined && !stopped.current) {
          const body = { filter: part.filter, max: REPLAYS.most, ...perSecond };
          set(part.key, await toTheEnd(REPLAYS, body, () => stopped.current, (progress) => set(part.key, progress)));
        }
      }
    } catch (failure) {
      setError(failure);
    }
    setPhase("done");
  };
  const bad = of("failed") + of("refused") > 0 || error !== null;
  const result = t("replay.result", { replayed: of("replayed"), n: total, skipped: of("skipped"), failed: of("failed"), refused: of("refused") });
  useEffect(() => {
    if (phase === "done") {
      notify(result, bad ? "warn" : "ok");
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
      h("p", { role: "status" }, phase === "looking" ? t("replay.looking") : phase === "ready" ? t("replay.matched", { n: total }) : phase === "running" ? t("replay.running") : h(Outcome, { bad, text: result })),
      phase === "ready" && of("matched") > total && h("p", { class: "hint" }, t("replay.most", { n: REPLAYS.most })),
      (phase === "running" || phase === "done") && h(Progress, { done, all: total, label: t("replay.title") }),
      h(Parts, { title: t("replay.parts"), parts, counts, columns: phase === "done" || phase === "running" ? ["matched", "replayed", "skipped", "failed", "refused", "remaining"] : ["matched"] }),
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
        phase === "ready" && parts.length === 1 && parts[0].filter && h(Copy, { text: curl("POST", REPLAYS.path, { filter: parts[0].filter, max: REPLAYS.most, dry_run: true }), label: t("copy.curl") }),
      ),
    ),
  );
}

/** Takes the focus, so that the next Enter closes the window. */
function CloseButton({ onClose }) {
  const button = useRef(null);
  useEffect(() => button.current.focus(), []);
  return h("button", { type: "button", class: "button primary", ref: button, onClick: onClose }, t("close"));
}

const sum = (values) => values.reduce((a, b) => a + b, 0);

function Outcome({ bad, text }) {
  return h(Badge, { kind: bad ? "warn" : "ok" }, h("strong", null, text));
}

/** The outcome of each part, with a link to its dead letters that are still open. */
function Parts({ title, parts, counts, columns }) {
  const left = (part) => ["failed", "refused", "remaining"].some((name) => columns.includes(name) && counts.get(part.key)?.[name] > 0);
  return h(Table, {
    caption: title,
    rows: parts,
    id: (part) => part.key,
    columns: [
      {
        key: "what",
        head: t("what"),
        cell: (part) => h(
          Fragment,
          null,
          part.reason && h(ReasonText, { reason: part.reason }),
          h("div", { class: "clip muted text" }, visible(part.title.slice(0, 300))),
          counts.get(part.key)?.note && h("div", null, visible(counts.get(part.key).note)),
          left(part) && h("div", null, h("a", { href: linkTo(part) }, t("parts.left"))),
        ),
      },
      ...columns.map((name) => ({ key: name, head: t("counts." + name), num: true, cell: (part) => (counts.has(part.key) ? number(counts.get(part.key)[name]) : "…") })),
    ],
  });
}

function linkTo(part) {
  if (part.id !== undefined) {
    return href(["dead-letters", part.id]);
  }
  const { status, ...filter } = part.filter;
  return href(["dead-letters"], { ...filter, tab: "letters" });
}

/** Discards the selected parts with one reason. It shows the numbers first, as a replay does. */
export function Discard({ parts, onClose }) {
  const { counts, set, of, total, error, setError, phase, setPhase } = useCounts(parts, DISCARDS);
  const [reason, setReason] = useState("");
  const stopped = useRef(false);
  const run = async (event) => {
    event.preventDefault();
    if (phase !== "ready") {
      return;
    }
    setPhase("running");
    try {
      const single = parts.filter((part) => part.id !== undefined);
      await each(single, () => stopped.current, async (part) => set(part.key, await discardOne(part.id, reason.trim())));
      for (const part of parts) {
        if (part.id === undefined && !stopped.current) {
          const body = { filter: part.filter, reason: reason.trim() };
          set(part.key, await toTheEnd(DISCARDS, body, () => stopped.current, (progress) => set(part.key, progress)));
        }
      }
    } catch (failure) {
      setError(failure);
    }
    setPhase("done");
  };
  const bad = of("failed") + of("skipped") + of("remaining") > 0 || error !== null;
  const result = t("discard.result", { n: of("discarded"), skipped: of("skipped"), failed: of("failed") });
  useEffect(() => {
    if (phase === "done") {
      notify(result, bad ? "warn" : "ok");
    }
  }, [phase]);
  const before = phase === "looking" || phase === "ready";
  return h(
    Dialog,
    { title: t("discard.title"), wide: true, onClose: phase === "running" ? undefined : onClose },
    h(Problem, { error }),
    h(
      "form",
      { onSubmit: run },
      h("p", { role: "status" }, phase === "looking" ? t("replay.looking") : phase === "ready" ? t("discard.about", { n: total }) : phase === "running" ? t("discard.running") : h(Outcome, { bad, text: result })),
      !before && h(Progress, { done: of("discarded") + of("skipped") + of("failed"), all: total, label: t("discard.title") }),
      h(Parts, { title: t("discard.parts"), parts, counts, columns: before ? ["matched"] : ["matched", "discarded", "skipped", "failed", "remaining"] }),
      before && h(
        Field,
        { label: t("discard.reason"), hint: t("discard.reason.hint"), id: "discard-reason" },
        h("input", { id: "discard-reason", type: "text", required: true, maxLength: 500, autocomplete: "off", "data-first": true, "aria-describedby": "discard-reason-hint", value: reason, onInput: (event) => setReason(event.target.value) }),
      ),
      h(
        "div",
        { class: "row" },
        before && h("button", { type: "submit", class: "button danger", "aria-disabled": String(phase !== "ready"), disabled: phase === "ready" && total === 0 }, phase === "looking" ? t("replay.looking") : t("discard.go", { n: total })),
        phase === "running" && h(Button, { kind: "danger", onClick: () => (stopped.current = true) }, t("stop")),
        phase === "done" && h(CloseButton, { onClose }),
        phase === "ready" && parts.length === 1 && parts[0].filter && h(Copy, { text: curl("POST", DISCARDS.path, { filter: parts[0].filter, dry_run: true }), label: t("copy.curl") }),
      ),
    ),
  );
}

/** Discards one dead letter; returns the counts of a bulk discard. */
async function discardOne(id, reason) {
  try {
    await post("/api/dead-letters/" + encodeURIComponent(id) + "/discard", { reason });
    return { ...NONE, matched: 1, discarded: 1 };
  } catch (error) {
    return { ...NONE, matched: 1, failed: 1, note: error.message + details(error) };
  }
}

const STATES = { running: "info", done: "ok", stopped: "warn", failed: "bad" };

const JOBS = [
  { ...REPLAYS, kind: "replay", columns: ["matched", "replayed", "skipped", "failed", "refused", "remaining"] },
  { ...DISCARDS, kind: "discard", columns: ["matched", "discarded", "skipped", "remaining"] },
];

/** The running and the ended bulk replays and discards of this gateway. */
export function Jobs() {
  return h(Fragment, null, JOBS.map((jobs) => h(JobList, { key: jobs.kind, ...jobs })));
}

function JobList({ jobs, kind, columns }) {
  const { data, error, loading, reload } = useLoad((signal) => get(jobs, {}, { signal }), [], 2000);
  const stop = async (id) => {
    try {
      await post(jobs + "/" + id + "/stop");
      notify(t("jobs.stopping"), "info");
      reload();
    } catch (failure) {
      notify(failure.message, "bad");
    }
  };
  const title = t("jobs." + kind);
  return h(
    "section",
    { "aria-labelledby": kind + "-jobs" },
    h("h2", { id: kind + "-jobs" }, title),
    h("p", { class: "muted" }, t("jobs.text")),
    h(Problem, { error, again: reload }),
    loading && data === null && h(Loading),
    data?.items.length === 0 && h(Empty, null, t("jobs.none")),
    data?.items.length > 0 && h(Table, {
      caption: title,
      rows: data.items,
      columns: [
        { key: "started", head: t("started.at"), cell: (job) => time(job.started_at) },
        { key: "by", head: t("by"), cell: (job) => visible(job.started_by ?? "–") },
        { key: "state", head: t("state"), cell: (job) => h(Badge, { kind: STATES[job.state] ?? "info" }, t("job." + job.state)) },
        ...columns.map((name) => ({ key: name, head: t("counts." + name), num: true, cell: (job) => (job.result === null ? "–" : number(job.result[name])) })),
        { key: "action", head: t("action"), cell: (job) => job.state === "running" && h(Button, { kind: "small danger", onClick: () => stop(job.id) }, t("stop")) },
      ],
    }),
  );
}
