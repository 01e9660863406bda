import { Fragment, h, useEffect, useRef, useState } from "./lib.js";
import { visible } from "./format.js";
import { has, number, t } from "./text.js";

let announce = () => {};
let lastNotice = 0;

/** Shows a result; screen readers read it aloud. */
export function notify(text, kind = "ok") {
  announce({ text, kind, id: ++lastNotice });
}

export function Notices() {
  const [notice, setNotice] = useState(null);
  announce = setNotice;
  useEffect(() => {
    if (notice === null) {
      return undefined;
    }
    const timer = setTimeout(() => setNotice(null), 12000);
    return () => clearTimeout(timer);
  }, [notice]);
  return h(
    "div",
    { class: "notices", role: "status" },
    notice && h("p", { class: "notice " + notice.kind, key: notice.id }, h(Mark, { kind: notice.kind }), h("span", null, visible(notice.text))),
  );
}

const MARKS = { ok: "✓", warn: "!", bad: "✕", info: "i" };

/** A sign beside a colour, for readers who do not see the colour. */
export function Mark({ kind }) {
  return h("span", { class: "mark " + kind, "aria-hidden": "true" }, MARKS[kind] ?? "•");
}

export function Badge({ kind, children }) {
  return h("span", { class: "badge " + kind }, h(Mark, { kind }), children);
}

export function Button({ children, kind = "", shortcut, ...rest }) {
  return h(
    "button",
    { type: "button", class: "button " + kind, "data-shortcut": shortcut, "aria-keyshortcuts": shortcut, ...rest },
    children,
  );
}

export function Copy({ text, label = t("copy") }) {
  const copy = async () => {
    notify((await toClipboard(text)) ? t("copied") : t("copy.failed"), "info");
  };
  return h(Button, { kind: "small", onClick: copy, "aria-label": label === t("copy") ? t("copy.of", { text: text.slice(0, 80) }) : undefined }, label);
}

/** Browsers offer no clipboard to pages over plain HTTP from another host. There the text is selected and copied. */
async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    const place = document.querySelector("dialog[open]") ?? document.body;
    const focused = document.activeElement;
    place.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    focused?.focus();
    return done;
  }
}

/** Foreign text: it is only text, hidden characters are visible, and a long text is shown in parts. */
export function Text({ text, limit = 4000, pre = false }) {
  const [shown, setShown] = useState(limit);
  const cut = text.length > shown;
  const body = visible(cut ? text.slice(0, shown) : text);
  return h(
    Fragment,
    null,
    pre ? h("pre", { class: "text", tabIndex: 0 }, body) : h("span", { class: "text" }, body),
    cut && h(Button, { kind: "small", onClick: () => setShown(shown + 100000) }, t("text.more", { shown, all: text.length })),
  );
}

/** The reason of a failure as a sentence, with the word of the API. */
export function ReasonText({ reason }) {
  const name = "reason." + reason;
  return h("span", { class: "reason" }, has(name) ? h(Fragment, null, t(name), " ") : null, h("code", null, visible(reason)));
}

export function Problem({ error, missing, again }) {
  if (error === null) {
    return null;
  }
  if ((error.status === 404 || error.status === 400) && missing !== undefined) {
    return h("p", { class: "empty" }, missing);
  }
  return h(
    "div",
    { class: "problem", role: "alert" },
    h("p", null, h(Mark, { kind: "bad" }), " ", h("strong", null, error.status === 403 ? t("error.scope") : visible(error.message))),
    error.details?.length > 0 && h("ul", null, error.details.map((detail) => h("li", null, h("code", null, visible(detail.path ?? "")), " ", visible(detail.message ?? "")))),
    h(
      "p",
      { class: "row" },
      error.reason && h("code", null, error.reason),
      error.requestId && h("span", null, t("request.id"), " ", h("code", null, error.requestId)),
      error.requestId && h(Copy, { text: error.requestId }),
      again && h(Button, { kind: "small", onClick: again }, t("again")),
    ),
  );
}

export function Loading() {
  return h("p", { class: "muted", role: "status" }, t("loading"));
}

export function Empty({ children }) {
  return h("p", { class: "empty" }, children);
}

export function Field({ label, hint, children, id }) {
  return h(
    "div",
    { class: "field" },
    h("label", { for: id }, label),
    children,
    hint && h("p", { class: "hint", id: id + "-hint" }, hint),
  );
}

let dialogs = 0;

/** A window above the page. The browser keeps the focus in it and returns it afterwards. */
export function Dialog({ title, onClose, children, wide = false }) {
  const dialog = useRef(null);
  const [id] = useState(() => "dialog-title-" + ++dialogs);
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element.showModal();
    const first = element.querySelector("[data-first]") ?? element.querySelector("input, textarea, select, .button");
    first?.focus();
    return () => {
      element.close();
      if (before?.isConnected) {
        before.focus();
      } else {
        document.querySelector("main h1")?.focus();
      }
    };
  }, []);
  return h(
    "dialog",
    {
      ref: dialog,
      class: wide ? "wide" : "",
      "aria-labelledby": id,
      onCancel: (event) => {
        event.preventDefault();
        onClose?.();
      },
    },
    h(
      "div",
      { class: "dialog-head" },
      h("h2", { id }, title),
      onClose && h(Button, { kind: "small", onClick: onClose }, t("close")),
    ),
    children,
  );
}

/**
 * A table that becomes a list of cards on a narrow screen. Each column has key, head, cell(row), and num if it holds numbers.
 * Selection: the set of selected ids, and the function that sets its state.
 */
export function Table({ caption, columns, rows, id = (row) => row.id, selected, select, name }) {
  const all = selected !== undefined && rows.length > 0 && rows.every((row) => selected.has(id(row)));
  // The next key may come before the last one is drawn, so it changes the latest selection.
  const toggle = (row) => select((before) => {
    const next = new Set(before);
    next.has(id(row)) ? next.delete(id(row)) : next.add(id(row));
    return next;
  });
  return h(
    "table",
    { role: "table", class: "cards" },
    h("caption", { class: "unseen" }, caption),
    h(
      "thead",
      { role: "rowgroup" },
      h(
        "tr",
        { role: "row" },
        selected !== undefined &&
          h("th", { role: "columnheader", scope: "col", class: "tick" }, h("label", { class: "tick" }, h("input", {
            type: "checkbox",
            checked: all,
            "data-shortcut": "a",
            "aria-keyshortcuts": "a",
            "aria-label": t("select.all"),
            onChange: () => select(new Set(all ? [] : rows.map(id))),
          }), h("span", { class: "only-narrow", "aria-hidden": "true" }, t("select.all")))),
        columns.map((column) => h("th", { role: "columnheader", scope: "col", key: column.key, class: column.num ? "num" : "" }, column.head)),
      ),
    ),
    h(
      "tbody",
      { role: "rowgroup" },
      rows.map((row) =>
        h(
          "tr",
          { role: "row", key: id(row), "data-row": "", class: selected?.has(id(row)) ? "selected" : "" },
          selected !== undefined &&
            h("td", { role: "cell", class: "tick" }, h("label", { class: "tick" }, h("input", {
              type: "checkbox",
              checked: selected.has(id(row)),
              "aria-label": t("select.one", { name: name(row) }),
              onChange: () => toggle(row),
            }))),
          columns.map((column) =>
            h("td", { role: "cell", key: column.key, "data-label": column.head, class: column.num ? "num" : "" }, h("div", null, column.cell(row))),
          ),
        ),
      ),
    ),
  );
}

/** Pages of a list with a cursor. The browser's history leads back. */
export function Pages({ next, cursor, onNext, onFirst, count }) {
  return h(
    "nav",
    { class: "row pages", "aria-label": t("pages") },
    h("span", { class: "muted" }, t("rows", { n: count })),
    cursor && h(Button, { onClick: onFirst }, t("page.first")),
    cursor && h(Button, { onClick: () => history.back() }, t("page.back")),
    next && h(Button, { onClick: onNext }, t("page.next")),
  );
}

export function Tabs({ tabs, current, link, label }) {
  return h(
    "nav",
    { class: "tabs", "aria-label": label },
    tabs.map((tab) => h("a", { key: tab.key, href: link(tab.key), "aria-current": tab.key === current ? "page" : undefined }, tab.text)),
  );
}

/** A small chart of the last values beside a number. */
export function Spark({ values, label }) {
  const most = Math.max(1, ...values);
  const width = 96;
  const step = width / Math.max(1, values.length);
  return h(
    "svg",
    { class: "spark", viewBox: "0 0 " + width + " 24", width, height: 24, role: "img", "aria-label": label },
    h("line", { x1: 0, x2: width, y1: 23.5, y2: 23.5 }),
    values.map((value, i) => {
      const height = value === 0 ? 0 : Math.max(1.5, (value / most) * 22);
      return h("rect", { x: i * step, y: 24 - height, width: Math.max(1, step - 1), height });
    }),
  );
}

export function Progress({ done, all, label }) {
  return h(
    "div",
    { class: "progress" },
    h("progress", { max: Math.max(1, all), value: done, "aria-label": label }),
    h("span", null, t("progress", { done, all })),
  );
}

export function Facts({ facts }) {
  return h(
    "dl",
    { class: "facts" },
    facts.filter(Boolean).map(([name, value]) => h("div", { key: name }, h("dt", null, name), h("dd", null, value))),
  );
}

export { number };
