import { h } from "./lib.js";
import { state } from "./state.js";
import { intl, number, t } from "./text.js";

/** Hidden characters: C0 and C1 controls except tab and line feed, direction marks, and characters without width. */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

function codePoint(character) {
  return "U+" + character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
}

/** Returns the text with its hidden characters as their numbers. */
export function visible(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > from) {
      parts.push(text.slice(from, match.index));
    }
    parts.push(h("span", { class: "hidden-character" }, codePoint(match[0])));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function options(zone, precise) {
  return {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    ...(precise ? { fractionalSecondDigits: 3 } : {}),
    ...(zone === "utc" ? { timeZone: "UTC" } : {}),
  };
}

export function timeIn(zone, at, precise = false) {
  const text = intl("DateTimeFormat", options(zone, precise)).format(at);
  return zone === "utc" ? text + " UTC" : text;
}

/** Formats a time in the chosen zone; its title shows the other zone. */
export function time(at, precise = false) {
  if (at === null || at === undefined) {
    return "–";
  }
  const date = new Date(at);
  const other = state.zone === "utc" ? "local" : "utc";
  return h("time", { dateTime: date.toISOString(), title: timeIn(other, date, precise) }, timeIn(state.zone, date, precise));
}

/** Formats a time in both zones, one below the other. */
export function bothTimes(at) {
  if (at === null || at === undefined) {
    return "–";
  }
  const date = new Date(at);
  return h(
    "time",
    { dateTime: date.toISOString(), class: "both-times" },
    h("span", null, timeIn("local", date, true)),
    h("span", { class: "muted" }, timeIn("utc", date, true)),
  );
}

export function ago(at) {
  const seconds = Math.round((new Date(at) - Date.now()) / 1000);
  const words = intl("RelativeTimeFormat", { numeric: "auto" });
  for (const [unit, length] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(seconds) >= length) {
      return words.format(Math.trunc(seconds / length), unit);
    }
  }
  return words.format(Math.trunc(seconds), "second");
}

export function bytes(count) {
  return count < 1024 ? t("bytes", { n: count }) : count < 1048576
    ? number(Math.round(count / 102.4) / 10) + " KiB"
    : number(Math.round(count / 104857.6) / 10) + " MiB";
}

export function decodeBase64(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}

/** Formats sixteen bytes a line: offset, hexadecimal, ASCII. */
export function hexLines(data, limit) {
  const lines = [];
  for (let at = 0; at < Math.min(data.length, limit); at += 16) {
    const row = [...data.subarray(at, at + 16)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ").padEnd(47);
    const ascii = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    lines.push(at.toString(16).padStart(8, "0") + "  " + hex + "  " + ascii);
  }
  return lines.join("\n");
}

/** Returns a shell command for the same call, with the token in a variable. */
export function curl(method, path, body) {
  const quote = (text) => "'" + text.replaceAll("'", "'\\''") + "'";
  const lines = ["curl -X " + method + " " + quote(location.origin + path), "-H \"Authorization: Bearer $TOKEN\""];
  if (body !== undefined) {
    lines.push("-H 'Content-Type: application/json'", "-d " + quote(JSON.stringify(body)));
  }
  return lines.join(" \\\n  ");
}
