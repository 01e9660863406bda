import { h, useEffect, useRef, useState } from "./lib.js";
import { CallError, open, pathOf } from "./api.js";
import { bytes, curl } from "./format.js";
import { t } from "./text.js";
import { Button, Copy, Dialog, Field, notify, Problem } from "./ui.js";

const PATH = "/api/events/export";
const LINE_FEED = 10;
const QUOTE = 34;

/**
 * Saves all events that meet the filter as a file. The browser holds the file until it is complete. An export that breaks off
 * continues at its cursor.
 */
export function Export({ filter, onClose }) {
  const [format, setFormat] = useState("ndjson");
  const [phase, setPhase] = useState("ready");
  const [progress, setProgress] = useState({ size: 0, rows: 0 });
  const [error, setError] = useState(null);
  const received = useRef(null);
  const controller = useRef(null);
  useEffect(() => () => controller.current?.abort(), []);
  const query = { ...filter, format };
  const run = async (event) => {
    event.preventDefault();
    received.current ??= new Received(format);
    controller.current = new AbortController();
    setError(null);
    setPhase("running");
    try {
      await receive(query, received.current, controller.current.signal, setProgress);
      finish();
      notify(t("export.done"));
    } catch (failure) {
      if (failure.name !== "AbortError") {
        setError(failure instanceof CallError ? failure : new CallError(0));
        const begun = received.current.rows > 0;
        received.current = begun ? received.current : null;
        setPhase(begun ? "broken" : "ready");
      }
    }
  };
  const finish = () => {
    save(received.current.parts, "events." + format);
    onClose();
  };
  return h(
    Dialog,
    { title: t("export"), onClose },
    h("p", null, t("export.text")),
    h(Problem, { error, missing: t("export.missing") }),
    h(
      "form",
      { onSubmit: run },
      h(
        Field,
        { label: t("export.format"), id: "export-format" },
        h(
          "select",
          { id: "export-format", value: format, "data-first": true, disabled: phase !== "ready", onChange: (event) => setFormat(event.target.value) },
          h("option", { value: "ndjson" }, t("export.ndjson")),
          h("option", { value: "csv" }, "CSV"),
        ),
      ),
      h("p", { role: "status" }, phase === "ready" ? "" : t(phase === "running" ? "export.progress" : "export.broken", { n: progress.rows, size: bytes(progress.size) })),
      h(
        "div",
        { class: "row" },
        h("button", { type: "submit", class: "button primary", disabled: phase === "running" }, t(phase === "broken" ? "export.go.on" : "export.go")),
        phase === "broken" && h(Button, { onClick: finish }, t("export.save.part")),
        phase === "running" && h(Button, { kind: "danger", onClick: onClose }, t("cancel")),
        h(Copy, { text: curl("GET", pathOf(PATH, query)), label: t("copy.curl") }),
      ),
    ),
  );
}

/** The received part of an export: complete rows, each with its cursor at the end, and the beginning of the next row. */
class Received {
  constructor(format) {
    this.isCsv = format === "csv";
    this.parts = [];
    this.size = 0;
    this.rows = 0;
    this.cursor = null;
    this.begin();
  }

  /** Begins a new answer. Its header line is omitted if the file has one. */
  begin() {
    this.rest = new Uint8Array(0);
    this.quoted = false;
    this.skipsNames = this.isCsv && this.parts.length > 0;
    this.isNames = this.isCsv;
  }

  take(value) {
    let from = 0;
    let end = 0;
    for (let i = 0; i < value.length; i++) {
      if (this.isCsv && value[i] === QUOTE) {
        this.quoted = !this.quoted;
      } else if (value[i] === LINE_FEED && !this.quoted) {
        if (this.isNames) {
          this.isNames = false;
          from = this.skipsNames ? i + 1 : from;
        } else {
          this.rows += 1;
        }
        end = i + 1;
      }
    }
    const whole = from > 0 ? value.slice(from, end) : joined(this.rest, value.subarray(0, end));
    this.rest = end === 0 ? joined(this.rest, value) : value.slice(end);
    if (end > 0 && whole.length > 0) {
      this.parts.push(whole);
      this.size += whole.length;
      this.cursor = this.rows === 0 ? null : this.lastCursor(whole) ?? this.cursor;
    }
  }

  /** Throws if the answer ended within a row: a proxy may end a broken answer as if it were complete. */
  end() {
    if (this.rest.length > 0) {
      throw new CallError(0);
    }
  }

  lastCursor(whole) {
    let from = whole.length - 1;
    while (from > 0 && whole[from - 1] !== LINE_FEED) {
      from -= 1;
    }
    const line = new TextDecoder().decode(whole.subarray(from)).trimEnd();
    const found = this.isCsv ? /,'?([^,"]+)$/.exec(line) : /"cursor":"([^"]+)"\}$/.exec(line);
    return found === null ? null : found[1];
  }
}

function joined(one, other) {
  if (one.length === 0) {
    return other.slice();
  }
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

async function receive(query, received, signal, tell) {
  received.begin();
  const answer = await open("GET", PATH, { query: { ...query, cursor: received.cursor }, signal, accept: "*/*" });
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      received.end();
      return;
    }
    received.take(value);
    tell({ size: received.size, rows: received.rows });
  }
}

function save(parts, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
