import { state } from "./state.js";
import { en } from "./text-en.js";
import { zh } from "./text-zh.js";

const TEXTS = { en, zh };

export function locale() {
  return state.language === "zh" ? "zh-CN" : "en-GB";
}

export function number(value) {
  return new Intl.NumberFormat(locale()).format(value);
}

/** A short number: from ten thousand on in thousands, millions and so on. */
export function short(value) {
  return value < 10000 ? number(value) : new Intl.NumberFormat(locale(), { notation: "compact" }).format(value);
}

/** Returns the sentence of this name in the reader's language, with the values in {braces}. Numbers have the reader's form. */
export function t(name, values = {}) {
  let text = TEXTS[state.language][name];
  if (text === undefined) {
    return name;
  }
  if (typeof text === "object") {
    text = text[new Intl.PluralRules(locale()).select(values.n)] ?? text.other;
  }
  return text.replace(/\{(\w+)\}/g, (_, key) => {
    const value = values[key];
    return typeof value === "number" ? number(value) : String(value ?? "");
  });
}

export function has(name) {
  return TEXTS[state.language][name] !== undefined;
}
