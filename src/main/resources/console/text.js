import { state } from "./state.js";
import { en } from "./text-en.js";
import { zh } from "./text-zh.js";

const TEXTS = { en, zh };

function locale() {
  return state.language === "zh" ? "zh-CN" : "en-GB";
}

const formats = new Map();

/** Returns the format of this kind of Intl for the language. Creating one takes longer than using it hundreds of times. */
export function intl(kind, options = {}) {
  const key = kind + locale() + JSON.stringify(options);
  if (!formats.has(key)) {
    formats.set(key, new Intl[kind](locale(), options));
  }
  return formats.get(key);
}

export function number(value) {
  return intl("NumberFormat").format(value);
}

/** A short number: from ten thousand on in thousands, millions and so on. */
export function short(value) {
  return value < 10000 ? number(value) : intl("NumberFormat", { notation: "compact" }).format(value);
}

/** Returns the sentence of this name in the reader's language, with the values in {braces}. Numbers have the reader's form. */
export function t(name, values = {}) {
  let text = TEXTS[state.language][name];
  if (text === undefined) {
    return name;
  }
  if (typeof text === "object") {
    text = text[intl("PluralRules").select(values.n)] ?? text.other;
  }
  return text.replace(/\{(\w+)\}/g, (_, key) => {
    const value = values[key];
    return typeof value === "number" ? number(value) : String(value ?? "");
  });
}

export function has(name) {
  return TEXTS[state.language][name] !== undefined;
}
