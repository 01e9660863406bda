/** Keeps integers that a JavaScript number cannot hold, if the browser reports their source text. */
export function parse(text) {
  return JSON.parse(text, (_, value, context) =>
    typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? "") ? BigInt(context.source) : value,
  );
}

/** Returns the JSON of a value that was parsed here. */
export function stringify(value, indent = 2, at = "") {
  const inner = at + " ".repeat(indent);
  const [open, between, close] = indent === 0 ? ["", ",", ""] : ["\n" + inner, ",\n" + inner, "\n" + at];
  if (typeof value === "bigint") {
    return String(value);
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? "[]" : "[" + open + value.map((one) => stringify(one, indent, inner)).join(between) + close + "]";
  }
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).map(([name, one]) => JSON.stringify(name) + (indent === 0 ? ":" : ": ") + stringify(one, indent, inner));
    return members.length === 0 ? "{}" : "{" + open + members.join(between) + close + "}";
  }
  return JSON.stringify(value);
}

/** Formats JSON with one member a line. Each value stays as it is written, repeated names too. Null if it is not JSON. */
export function pretty(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? [];
  let result = "";
  let depth = 0;
  tokens.forEach((token, i) => {
    const line = () => "\n" + "  ".repeat(depth);
    if (token === "{" || token === "[") {
      const empty = tokens[i + 1] === "}" || tokens[i + 1] === "]";
      depth += 1;
      result += token + (empty ? "" : line());
    } else if (token === "}" || token === "]") {
      depth -= 1;
      result += (tokens[i - 1] === "{" || tokens[i - 1] === "[" ? "" : line()) + token;
    } else {
      result += token === "," ? "," + line() : token === ":" ? ": " : token;
    }
  });
  return result;
}

/** Compares the lines of two texts: " " is in both, "-" only in the first, "+" only in the second. Null if they are too long. */
export function diff(before, after) {
  const a = before.split("\n");
  const b = after.split("\n");
  if (a.length * b.length > 4_000_000) {
    return null;
  }
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push([" ", a[i]]);
      i++;
      j++;
    } else if (i < a.length && (j === b.length || common[i + 1][j] >= common[i][j + 1])) {
      lines.push(["-", a[i++]]);
    } else {
      lines.push(["+", b[j++]]);
    }
  }
  return lines;
}
