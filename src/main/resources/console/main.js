import { Fragment, h, render, useEffect, useRef, useState } from "./lib.js";
import { get, resumeCalls } from "./api.js";
import { timeIn } from "./format.js";
import { hasReturned, provider, tokenOf } from "./oidc.js";
import { href, useRoute } from "./route.js";
import { can, claimsOf, state, update, useAppState } from "./state.js";
import { t } from "./text.js";
import { Button, Dialog, Field, Loading, Notices, notify, Problem } from "./ui.js";

const PAGES = [
  { name: "overview", load: () => import("./pages/overview.js"), scopes: ["events:read"] },
  { name: "dead-letters", load: () => import("./pages/dead-letters.js"), scopes: ["events:read"] },
  { name: "events", load: () => import("./pages/events.js"), scopes: ["events:read"] },
  { name: "flow", load: () => import("./pages/flow.js"), scopes: ["events:read"] },
  { name: "kafka", load: () => import("./pages/kafka.js"), scopes: ["events:read"] },
  { name: "audit", load: () => import("./pages/audit.js"), scopes: ["audit:read"] },
];

/** Takes the token of a link, and removes it from the address bar and the history. It does not replace a session. */
function tokenOfLink() {
  const found = /^#token=([A-Za-z0-9._-]+)$/.exec(location.hash);
  if (found === null) {
    return null;
  }
  history.replaceState(null, "", location.pathname + "#/overview");
  return found[1];
}

async function signIn(text) {
  const token = text.trim().replace(/^Bearer\s+/i, "");
  let claims;
  try {
    claims = claimsOf(token);
  } catch {
    throw new Error(t("token.broken"));
  }
  const types = await get("/api/event-types", {}, { token });
  update({ token, ...claims, types: types.items });
}

function refusal(failure) {
  return failure.status === 401 ? Object.assign(failure, { message: t("token.refused") }) : failure;
}

function ProviderSignIn({ known, onDone }) {
  const [error, setError] = useState(null);
  const attempt = useRef(null);
  useEffect(() => () => attempt.current?.abort(), []);
  const start = async () => {
    attempt.current?.abort();
    const own = new AbortController();
    attempt.current = own;
    setError(null);
    try {
      await signIn(await tokenOf(known, own.signal));
      onDone?.();
    } catch (failure) {
      if (!own.signal.aborted) {
        setError(refusal(failure));
      }
    }
  };
  return h(
    Fragment,
    null,
    h("p", null, h("button", { class: "button primary", type: "button", onClick: start }, t("oidc.sign.in", { host: new URL(known.issuer).host }))),
    error && h(Problem, { error: { status: 0, details: [], ...error, message: error.message } }),
    h("p", null, t("oidc.or")),
  );
}

function SignInForm({ onDone }) {
  const [known, setKnown] = useState({});
  const [error, setError] = useState(null);
  const [busy, setBusy] = useState(false);
  const field = useRef(null);
  useEffect(() => {
    provider().then(setKnown);
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await signIn(field.current.value);
      onDone?.();
    } catch (failure) {
      setError(refusal(failure));
      setBusy(false);
      field.current?.focus();
    }
  };
  const offered = known.issuer !== undefined;
  return h(
    Fragment,
    null,
    offered && h(ProviderSignIn, { known, onDone }),
    h(
      "form",
      { onSubmit: submit },
      h(
        Field,
        { label: t("token"), hint: t("token.hint"), id: "token" },
        h("input", {
          id: "token",
          ref: field,
          type: "password",
          autocomplete: "off",
          spellcheck: false,
          required: true,
          "data-first": true,
          "aria-describedby": "token-hint",
        }),
      ),
      error && h(Problem, { error }),
      h("p", null, h("button", { class: offered ? "button" : "button primary", type: "submit", disabled: busy }, t("sign.in"))),
    ),
  );
}

/** The content of the window of the provider, if the browser does not close it. */
function Returned() {
  useAppState();
  return h("main", { class: "plain" }, h("h1", null, t("product")), h("p", { role: "status" }, t("oidc.return")));
}

function SignIn() {
  useEffect(() => {
    document.title = t("sign.in") + " – event-gateway";
    document.getElementById("token")?.focus();
  });
  return h(
    "main",
    { class: "plain", id: "content" },
    h("h1", { tabIndex: -1 }, t("product")),
    h("p", null, t("sign.in.text")),
    h(SignInForm),
    h("div", { class: "row" }, h(Preferences)),
  );
}

function Preferences() {
  return h(
    Fragment,
    null,
    h(Button, { lang: state.language === "zh" ? "en" : "zh-CN", onClick: () => update({ language: state.language === "zh" ? "en" : "zh" }) }, state.language === "zh" ? "English" : "中文"),
    h(
      "label",
      { class: "inline" },
      h("span", { class: "unseen" }, t("theme")),
      h(
        "select",
        { value: state.theme, onChange: (event) => update({ theme: event.target.value }) },
        ["auto", "light", "dark"].map((theme) => h("option", { value: theme, key: theme }, t("theme." + theme))),
      ),
    ),
    h(
      "label",
      { class: "inline" },
      h("span", { class: "unseen" }, t("zone")),
      h(
        "select",
        { value: state.zone, onChange: (event) => update({ zone: event.target.value }) },
        ["local", "utc"].map((zone) => h("option", { value: zone, key: zone }, t("zone." + zone))),
      ),
    ),
  );
}

function Header({ current, onHelp }) {
  // On a narrow screen a button shows the preferences.
  const [open, setOpen] = useState(false);
  return h(
    "header",
    { class: "top" },
    h("a", { class: "brand", href: href(["overview"]) }, t("product")),
    h(Button, { kind: "narrow-only", "aria-expanded": String(open), "aria-controls": "preferences", onClick: () => setOpen(!open) }, t("settings")),
    h(
      "nav",
      { "aria-label": t("nav"), class: "pages-nav" },
      PAGES.filter((page) => can(...page.scopes)).map((page) =>
        h("a", { key: page.name, href: href([page.name]), "aria-current": page.name === current ? "page" : undefined }, t("page." + page.name)),
      ),
    ),
    h(
      "div",
      { class: "row preferences" + (open ? " open" : ""), id: "preferences" },
      h(Preferences),
      h(Button, { onClick: onHelp, shortcut: "?" }, t("help")),
      h(Button, { onClick: () => update({ token: null, subject: null, scopes: new Set(), types: [] }) }, t("sign.out")),
    ),
  );
}

const SHORTCUTS = ["j", "k", "x", "a", "Enter", "r", "d", "e", "p", "/", "?", "Escape"];

function Help({ onClose }) {
  return h(
    Dialog,
    { title: t("help"), onClose },
    h("p", null, t("help.signed", { subject: state.subject, until: state.expires === null ? "–" : timeIn(state.zone, state.expires) })),
    h("p", null, t("help.scopes"), " ", [...state.scopes].map((scope) => h(Fragment, { key: scope }, h("code", null, scope), " "))),
    h("h3", null, t("help.keys")),
    h(
      "dl",
      { class: "facts" },
      SHORTCUTS.map((key) => h("div", { key }, h("dt", null, h("kbd", null, key)), h("dd", null, t("key." + key)))),
    ),
    h(
      "label",
      { class: "check" },
      h("input", { type: "checkbox", checked: state.shortcuts, onChange: (event) => update({ shortcuts: event.target.checked }) }),
      " ",
      t("help.keys.on"),
    ),
  );
}

function moveRow(by) {
  const rows = [...document.querySelectorAll("main [data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at === -1 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + by))];
  next?.querySelector("a[href], input, button")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/** Handles keys without a modifier outside of text fields. Help switches them off. */
function pressed(event) {
  const typing = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (!state.shortcuts || event.ctrlKey || event.altKey || event.metaKey || typing || document.querySelector("dialog[open]")) {
    return;
  }
  if (event.key === "j" || event.key === "k") {
    moveRow(event.key === "j" ? 1 : -1);
  } else if (event.key === "x") {
    document.activeElement?.closest("[data-row]")?.querySelector("input[type=checkbox]")?.click();
  } else {
    const target = [...document.querySelectorAll("[data-shortcut]")].find((element) => element.dataset.shortcut === event.key);
    if (target === undefined || target.disabled) {
      return;
    }
    target.matches("input:not([type=checkbox]), select") ? target.focus() : target.click();
  }
  event.preventDefault();
}

function Page({ route }) {
  const name = route.parts[0] ?? "overview";
  const page = PAGES.find((one) => one.name === name);
  const [content, setContent] = useState({ name: null, module: null, failed: null });
  useEffect(() => {
    let gone = false;
    if (page !== undefined) {
      page.load().then(
        (module) => !gone && setContent({ name, module, failed: null }),
        (failed) => !gone && setContent({ name, module: null, failed }),
      );
    }
    return () => {
      gone = true;
    };
  }, [name]);
  if (page === undefined) {
    return h(Fragment, null, h("h1", { tabIndex: -1 }, t("page.none")), h("p", null, h("a", { href: href(["overview"]) }, t("page.overview"))));
  }
  if (!can(...page.scopes)) {
    return h(
      Fragment,
      null,
      h("h1", { tabIndex: -1 }, t("page." + name)),
      h("p", { class: "empty" }, t("scope.missing", { scope: page.scopes.join(" ") })),
    );
  }
  if (content.failed !== null) {
    return h(Fragment, null, h("h1", { tabIndex: -1 }, t("page." + name)), h(Problem, { error: { status: 0, message: t("error.network"), details: [] }, again: () => location.reload() }));
  }
  if (content.name !== name) {
    return h(Fragment, null, h("h1", { tabIndex: -1 }, t("page." + name)), h(Loading));
  }
  return h(content.module.default, { route, key: name });
}

function App() {
  useAppState();
  const route = useRoute();
  const [help, setHelp] = useState(false);
  const place = route.parts.join("/");
  const first = useRef(true);
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset.theme = state.theme;
  useEffect(() => {
    if (state.token === null) {
      return;
    }
    const heading = document.querySelector("main h1");
    document.title = t("page." + (route.parts[0] ?? "overview")) + " – event-gateway";
    if (!first.current) {
      heading?.focus();
      window.scrollTo(0, 0);
    }
    first.current = false;
  }, [place, state.token, state.language]);
  useEffect(() => {
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
  if (state.token === null) {
    return h(Fragment, null, h(SignIn), h(Notices));
  }
  return h(
    Fragment,
    null,
    h("a", { class: "skip", href: "#content", onClick: skip }, t("skip")),
    h(Header, { current: route.parts[0] ?? "overview", onHelp: () => setHelp(true) }),
    h("main", { id: "content" }, h(Page, { route })),
    help && h(Help, { onClose: () => setHelp(false) }),
    state.expired && h(Dialog, { title: t("expired") }, h("p", null, t("expired.text")), h(SignInForm, { onDone: () => resumeCalls() })),
    h(Notices),
  );
}

function skip(event) {
  event.preventDefault();
  document.querySelector("main h1")?.focus();
}

async function followLink() {
  const given = tokenOfLink();
  if (given !== null) {
    window.dispatchEvent(new HashChangeEvent("hashchange"));
    if (state.token !== null) {
      notify(t("link.ignored"), "bad");
      return;
    }
    await signIn(given).catch(() => notify(t("token.refused"), "bad"));
  }
}

if (hasReturned()) {
  render(h(Returned), document.getElementById("app"));
} else {
  window.addEventListener("hashchange", followLink);
  await followLink();
  render(h(App), document.getElementById("app"));
}
