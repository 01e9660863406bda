import { h, useRef, useState } from "./lib.js";
import { open, pathOf } from "./api.js";
import { bytes, curl } from "./format.js";
import { t } from "./text.js";
import { Button, Copy, Dialog, Field, notify, Problem } from "./ui.js";

const PATH = "/api/events/export";
const LINE_FEED = 10;

/** Saves all that the filter finds as a file; the browser holds it until it is whole. */
export function Export({ filter, onClose }) {
  const [format, setFormat] = useState("ndjson");
  const [progress, setProgress] = useState(null);
  const [error, setError] = useState(null);
  const controller = useRef(null);
  const query = { ...filter, format };
  const run = async (event) => {
    event.preventDefault();
    controller.current = new AbortController();
    setError(null);
    setProgress({ size: 0, lines: 0 });
    try {
      const parts = await receive(query, controller.current.signal, setProgress);
      save(parts, "events." + format);
      notify(t("export.done"));
      onClose();
    } catch (failure) {
      setError(failure.name === "AbortError" ? null : failure);
      setProgress(null);
    }
  };
  const cancel = () => {
    controller.current?.abort();
    onClose();
  };
  return h(
    Dialog,
    { title: t("export"), onClose: cancel },
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
          { id: "export-format", value: format, "data-first": true, disabled: progress !== null, onChange: (event) => setFormat(event.target.value) },
          h("option", { value: "ndjson" }, t("export.ndjson")),
          h("option", { value: "csv" }, "CSV"),
        ),
      ),
      h("p", { role: "status" }, progress === null ? "" : t("export.progress", { lines: progress.lines, size: bytes(progress.size) })),
      h(
        "div",
        { class: "row" },
        h("button", { type: "submit", class: "button primary", disabled: progress !== null }, t("export.go")),
        progress !== null && h(Button, { kind: "danger", onClick: cancel }, t("cancel")),
        h(Copy, { text: curl("GET", pathOf(PATH, query)), label: t("copy.curl") }),
      ),
    ),
  );
}

async function receive(query, signal, tell) {
  const answer = await open("GET", PATH, { query, signal, accept: "*/*" });
  const reader = answer.body.getReader();
  const parts = [];
  let size = 0;
  let lines = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) {
      return parts;
    }
    parts.push(value);
    size += value.length;
    for (const byte of value) {
      lines += byte === LINE_FEED ? 1 : 0;
    }
    tell({ size, lines });
  }
}

function save(parts, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(parts, { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
