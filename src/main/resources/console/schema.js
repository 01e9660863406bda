import { t } from "./text.js";

const TYPES = {
  object: (value) => value !== null && typeof value === "object" && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === "string",
  integer: (value) => typeof value === "bigint" || Number.isInteger(value),
  number: (value) => typeof value === "bigint" || typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
};

const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const FORMATS = {
  "date-time": (text) => /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text.replace(" ", "T"))),
  date: (text) => /^\d{4}-\d\d-\d\d$/.test(text),
  email: (text) => /^[^\s@]+@[^\s@]+$/.test(text),
  uuid: (text) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text),
  ipv4: (text) => IPV4.test(text),
  ipv6: (text) => /^[0-9a-f:.]+$/i.test(text) && text.includes(":"),
};

const same = (a, b) => JSON.stringify(a, big) === JSON.stringify(b, big);
const big = (_, value) => (typeof value === "bigint" ? String(value) : value);
const pointer = (path, name) => path + "/" + String(name).replaceAll("~", "~0").replaceAll("/", "~1");

/**
 * Lists where a value violates a JSON Schema, as early help. The gateway decides. It ignores keywords that it does not know.
 */
export function violations(schema, value, path = "", root = schema) {
  if (schema === true || schema === undefined) {
    return [];
  }
  if (schema === false) {
    return [{ path, message: t("schema.none") }];
  }
  const found = [];
  const wrong = (name, values) => found.push({ path, message: t("schema." + name, values) });
  const inside = (part, at, below) => found.push(...violations(part, at, below, root));
  if (typeof schema.$ref === "string") {
    inside(resolve(root, schema.$ref), value, path);
  }
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.some((type) => TYPES[type]?.(value))) {
    wrong("type", { type: types.join(", ") });
    return found;
  }
  if (schema.enum !== undefined && !schema.enum.some((one) => same(one, value))) {
    wrong("enum", { values: schema.enum.map((one) => JSON.stringify(one)).join(", ") });
  }
  if (schema.const !== undefined && !same(schema.const, value)) {
    wrong("enum", { values: JSON.stringify(schema.const) });
  }
  if (TYPES.string(value)) {
    ofText(schema, value, wrong);
  } else if (TYPES.number(value)) {
    ofNumber(schema, value, wrong);
  } else if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) wrong("minItems", { n: schema.minItems });
    if (value.length > (schema.maxItems ?? Infinity)) wrong("maxItems", { n: schema.maxItems });
    value.forEach((item, i) => inside(schema.prefixItems?.[i] ?? schema.items, item, pointer(path, i)));
  } else if (TYPES.object(value)) {
    ofObject(schema, value, path, wrong, inside);
  }
  for (const part of schema.allOf ?? []) {
    inside(part, value, path);
  }
  if (schema.anyOf !== undefined && !schema.anyOf.some((part) => violations(part, value, path, root).length === 0)) {
    wrong("anyOf", {});
  }
  if (schema.oneOf !== undefined && schema.oneOf.filter((part) => violations(part, value, path, root).length === 0).length !== 1) {
    wrong("anyOf", {});
  }
  return found;
}

function resolve(root, reference) {
  if (!reference.startsWith("#")) {
    return true;
  }
  return reference
    .slice(1)
    .split("/")
    .filter((part) => part !== "")
    .reduce((at, part) => at?.[decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~")], root) ?? true;
}

function ofText(schema, value, wrong) {
  const length = [...value].length;
  if (length < (schema.minLength ?? 0)) wrong("minLength", { n: schema.minLength });
  if (length > (schema.maxLength ?? Infinity)) wrong("maxLength", { n: schema.maxLength });
  if (schema.pattern !== undefined && !matches(schema.pattern, value)) wrong("pattern", { pattern: schema.pattern });
  if (schema.format !== undefined && FORMATS[schema.format]?.(value) === false) wrong("format", { format: schema.format });
}

function matches(pattern, value) {
  try {
    return new RegExp(pattern, "u").test(value);
  } catch {
    return true;
  }
}

function ofNumber(schema, value, wrong) {
  if (value < (schema.minimum ?? -Infinity)) wrong("minimum", { n: schema.minimum });
  if (value > (schema.maximum ?? Infinity)) wrong("maximum", { n: schema.maximum });
  if (value <= (schema.exclusiveMinimum ?? -Infinity)) wrong("exclusiveMinimum", { n: schema.exclusiveMinimum });
  if (value >= (schema.exclusiveMaximum ?? Infinity)) wrong("exclusiveMaximum", { n: schema.exclusiveMaximum });
}

function ofObject(schema, value, path, wrong, inside) {
  for (const name of schema.required ?? []) {
    if (!Object.hasOwn(value, name)) {
      wrong("required", { name });
    }
  }
  for (const [name, member] of Object.entries(value)) {
    const known = schema.properties !== undefined && Object.hasOwn(schema.properties, name);
    if (known) {
      inside(schema.properties[name], member, pointer(path, name));
    } else if (schema.additionalProperties === false) {
      wrong("additional", { name });
    } else if (typeof schema.additionalProperties === "object") {
      inside(schema.additionalProperties, member, pointer(path, name));
    }
  }
}

/** Lists where the text of an event violates the schema of its type. */
export function eventViolations(event, types, topic) {
  if (!TYPES.object(event)) {
    return [{ path: "", message: t("schema.type", { type: "object" }) }];
  }
  const type = types.find((one) => one.type === event.type);
  if (type === undefined) {
    return [{ path: "/type", message: t("schema.event.type", { types: types.filter((one) => topic === undefined || one.topic === topic).map((one) => one.type).join(", ") }) }];
  }
  const found = [];
  if (topic !== undefined && type.topic !== topic) {
    found.push({ path: "/type", message: t("schema.event.topic", { topic }) });
  }
  if (event.id !== undefined && !(typeof event.id === "string" && /^(?!derived:)[A-Za-z0-9._:-]{1,64}$/.test(event.id))) {
    found.push({ path: "/id", message: t("schema.event.id") });
  }
  if (event.timestamp !== undefined && !(typeof event.timestamp === "string" && FORMATS["date-time"](event.timestamp))) {
    found.push({ path: "/timestamp", message: t("schema.format", { format: "date-time" }) });
  }
  return [...found, ...violations(type.schema, event.data ?? null, "/data")];
}
