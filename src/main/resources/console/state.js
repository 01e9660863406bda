import { useEffect, useState } from "./lib.js";

const KEPT = "event-gateway.console";
const listeners = new Set();

/** The browser keeps the preferences, but not the token. */
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}

function oneOf(value, allowed) {
  return allowed.includes(value) ? value : allowed[0];
}

const before = kept();

export const state = {
  language: oneOf(before.language, navigator.language.toLowerCase().startsWith("zh") ? ["zh", "en"] : ["en", "zh"]),
  theme: oneOf(before.theme, ["auto", "light", "dark"]),
  zone: oneOf(before.zone, ["local", "utc"]),
  shortcuts: before.shortcuts !== false,
  token: null,
  subject: null,
  scopes: new Set(),
  expires: null,
  types: [],
  expired: false,
};

export function update(changes) {
  Object.assign(state, changes);
  const { language, theme, zone, shortcuts } = state;
  try {
    localStorage.setItem(KEPT, JSON.stringify({ language, theme, zone, shortcuts }));
  } catch {
    // If the browser keeps nothing, the console starts with the defaults next time.
  }
  listeners.forEach((listener) => listener());
}

/** Renders the component again after each change. */
export function useAppState() {
  const [, again] = useState(0);
  useEffect(() => {
    const listener = () => again((n) => n + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return state;
}

export function can(...scopes) {
  return scopes.every((scope) => state.scopes.has(scope));
}

/** Reads the claims of the token without verification. The gateway verifies the token. */
export function claimsOf(token) {
  const payload = token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/");
  const bytes = Uint8Array.from(atob(payload), (c) => c.charCodeAt(0));
  const claims = JSON.parse(new TextDecoder().decode(bytes));
  const scope = claims.scope ?? claims.scp ?? [];
  return {
    subject: typeof claims.sub === "string" ? claims.sub : "",
    scopes: new Set(Array.isArray(scope) ? scope : String(scope).split(" ").filter((word) => word !== "")),
    expires: typeof claims.exp === "number" ? new Date(claims.exp * 1000) : null,
  };
}
