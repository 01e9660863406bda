import { useEffect, useState } from "./lib.js";

/** Reads the place in the console from the part after the #: #/dead-letters/42?tab=raw. */
function read() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?", 2);
  const parts = path.split("/").filter((part) => part !== "");
  return { parts: parts.map(decode), query: new URLSearchParams(query) };
}

function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Returns the link to a page, without parameters that have no value. */
export function href(parts, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") {
      query.set(name, value);
    }
  }
  const text = query.toString();
  return "#/" + parts.map(encodeURIComponent).join("/") + (text === "" ? "" : "?" + text);
}

export function go(parts, parameters) {
  location.hash = href(parts, parameters);
}

/** Changes parameters of the page, with a new entry in the history, or instead of the last one. */
export function change(changes, { replace = false } = {}) {
  const { parts, query } = read();
  const next = href(parts, { ...Object.fromEntries(query), ...changes });
  if (replace) {
    history.replaceState(null, "", next);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = next;
  }
}

export function useRoute() {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const listener = () => setRoute(read());
    window.addEventListener("hashchange", listener);
    return () => window.removeEventListener("hashchange", listener);
  }, []);
  return route;
}
