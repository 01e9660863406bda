import { h, useEffect, useState } from "./lib.js";
import { change } from "./route.js";
import { state } from "./state.js";
import { t } from "./text.js";
import { Button, Field } from "./ui.js";

/** Formats a time for the form, in the reader's time zone or in UTC. */
function toField(text) {
  const date = new Date(text);
  if (text === "" || Number.isNaN(date.getTime())) {
    return "";
  }
  const shift = state.zone === "utc" ? 0 : date.getTimezoneOffset() * 60000;
  return new Date(date.getTime() - shift).toISOString().slice(0, 19);
}

function fromField(text) {
  if (text === "") {
    return "";
  }
  const date = new Date(state.zone === "utc" ? text + "Z" : text);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}

/** On a narrow screen the filters are folded, so that the list comes first. */
function useNarrow() {
  const [narrow] = useState(() => matchMedia("(max-width: 700px)"));
  const [matches, setMatches] = useState(narrow.matches);
  useEffect(() => {
    const listener = () => setMatches(narrow.matches);
    narrow.addEventListener("change", listener);
    return () => narrow.removeEventListener("change", listener);
  }, [narrow]);
  return matches;
}

/**
 * The filters of a list; the address contains them. Each has name, label, kind ("text", "time" or "choice"), and the options of a
 * choice as pairs of value and text.
 */
export function Filters({ query, filters, note }) {
  const few = useNarrow();
  const isMore = (one, i) => one.more || (few && i > 0);
  const [open, setOpen] = useState(filters.some((one, i) => isMore(one, i) && query.has(one.name)));
  const set = (name, value) => change({ [name]: value.trim(), cursor: null });
  const clear = () => change({ ...Object.fromEntries(filters.map((one) => [one.name, null])), cursor: null });
  const shown = filters.filter((one, i) => open || !isMore(one, i));
  return h(
    "form",
    { class: "filters panel", role: "search", onSubmit: (event) => event.preventDefault() },
    shown.map((one, i) => h(Filter, { key: one.name, one, first: i === 0, value: query.get(one.name) ?? "", set: (value) => set(one.name, value) })),
    h(
      "div",
      { class: "row" },
      filters.some(isMore) && h(Button, { onClick: () => setOpen(!open), "aria-expanded": String(open) }, t(open ? "filters.less" : "filters.more")),
      filters.some((one) => query.has(one.name)) && h(Button, { onClick: clear }, t("filters.clear")),
      note,
    ),
  );
}

function Filter({ one, first, value, set }) {
  const id = "filter-" + one.name;
  const common = { id, "data-shortcut": first ? "/" : undefined, "aria-keyshortcuts": first ? "/" : undefined };
  if (one.kind === "choice") {
    const known = one.options.some(([option]) => option === value);
    return h(
      Field,
      { label: one.label, id },
      h(
        "select",
        { ...common, value, onChange: (event) => set(event.target.value) },
        [...(known ? [] : [[value, value]]), ...one.options].map(([option, text]) => h("option", { value: option, key: option }, text)),
      ),
    );
  }
  if (one.kind === "time") {
    return h(Field, { label: one.label, id }, h("input", { ...common, type: "datetime-local", step: 1, value: toField(value), onChange: (event) => set(fromField(event.target.value)) }));
  }
  return h(
    Field,
    { label: one.label, id },
    h("input", { ...common, type: "text", value, autocomplete: "off", spellcheck: false, maxLength: 256, onChange: (event) => set(event.target.value) }),
  );
}

/** Returns the named parameters that the address contains. */
export function chosen(query, names) {
  return Object.fromEntries(names.map((name) => [name, query.get(name)]).filter(([, value]) => value !== null && value !== ""));
}

export function topics() {
  return [...new Set(state.types.map((type) => type.topic))].sort();
}
