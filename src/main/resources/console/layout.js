const NODE = /^\s*(\w+)(\(\["|\[\("|\[\/"|\["|>")(.*)("\]\)|"\)\]|"\/\]|"\])$/;
const LINK = /^\s*(\w+) (-->|-\. failure \.->)(?:\|"(.*)"\|)? (\w+)$/;
const KINDS = { '(["': "verb", '[("': "database", '[/"': "topic", '["': "route", '>"': "end" };

/** Reads the nodes and links of the flowchart that the gateway draws of its routes. */
export function readFlowchart(text) {
  const nodes = new Map();
  const links = [];
  for (const line of text.split("\n")) {
    const node = NODE.exec(line);
    const link = node === null ? LINK.exec(line) : null;
    if (node !== null) {
      nodes.set(node[1], { id: node[1], kind: KINDS[node[2]], label: node[3].replaceAll("#quot;", '"') });
    } else if (link !== null) {
      links.push({ from: link[1], to: link[4], failure: link[2] !== "-->", group: link[3] ?? null });
    }
  }
  return { nodes: [...nodes.values()], links: links.filter((link) => nodes.has(link.from) && nodes.has(link.to)) };
}

/** Keeps the nodes that lead to a topic or come from one: the path of events. */
export function throughTopics({ nodes, links }) {
  const walk = (from, to) => {
    const found = new Set(nodes.filter((node) => node.kind === "topic").map((node) => node.id));
    for (let size = 0; size !== found.size; ) {
      size = found.size;
      links.filter((link) => found.has(link[from])).forEach((link) => found.add(link[to]));
    }
    return found;
  };
  const before = walk("to", "from");
  const after = walk("from", "to");
  const kept = nodes.filter((node) => before.has(node.id) || after.has(node.id));
  const ids = new Set(kept.map((node) => node.id));
  return { nodes: kept, links: links.filter((link) => ids.has(link.from) && ids.has(link.to)) };
}

/** Returns the links that close a circle. */
function backward(nodes, links) {
  const out = new Map(nodes.map((node) => [node.id, links.filter((link) => link.from === node.id)]));
  const state = new Map();
  const back = new Set();
  const visit = (id) => {
    state.set(id, "open");
    for (const link of out.get(id)) {
      if (state.get(link.to) === "open") {
        back.add(link);
      } else if (!state.has(link.to)) {
        visit(link.to);
      }
    }
    state.set(id, "closed");
  };
  const entered = new Set(links.map((link) => link.to));
  [...nodes.filter((node) => !entered.has(node.id)), ...nodes].forEach((node) => !state.has(node.id) && visit(node.id));
  return back;
}

/** Counts the topics on the longest way to each node. */
function topicsBefore({ nodes, links }) {
  const back = backward(nodes, links);
  const kinds = new Map(nodes.map((node) => [node.id, node.kind]));
  const before = new Map(nodes.map((node) => [node.id, 0]));
  for (let turn = 0, moved = true; moved && turn < nodes.length; turn++) {
    moved = false;
    for (const link of links.filter((one) => !back.has(one))) {
      const least = before.get(link.from) + (kinds.get(link.from) === "topic" ? 1 : 0);
      if (before.get(link.to) < least) {
        before.set(link.to, least);
        moved = true;
      }
    }
  }
  return before;
}

/**
 * Splits the graph into parts that fit on a screen: from the calls to the first topics, from there to the next ones, and so on. A
 * topic or table is in each part that reads or writes it.
 */
export function stages({ nodes, links }) {
  const before = topicsBefore({ nodes, links });
  const ends = new Set(nodes.filter((node) => node.kind !== "verb" && node.kind !== "route").map((node) => node.id));
  const stageOf = (link) => (ends.has(link.to) ? (ends.has(link.from) ? before.get(link.to) : before.get(link.from)) : before.get(link.to));
  const count = Math.max(...before.values()) + 1;
  return Array.from({ length: count }, (_, stage) => {
    const own = links.filter((link) => stageOf(link) === stage);
    const ids = new Set(own.flatMap((link) => [link.from, link.to]));
    return { nodes: nodes.filter((node) => ids.has(node.id) || (!ends.has(node.id) && before.get(node.id) === stage)), links: own };
  }).filter((stage) => stage.nodes.length > 0);
}

/** Returns the column of each node: after all nodes that lead to it. A node without predecessor is just before its first successor. */
function columnsOf(nodes, forward) {
  const column = new Map(nodes.map((node) => [node.id, 0]));
  for (let turn = 0, moved = true; moved && turn < nodes.length; turn++) {
    moved = false;
    for (const link of forward) {
      if (column.get(link.to) <= column.get(link.from)) {
        column.set(link.to, column.get(link.from) + 1);
        moved = true;
      }
    }
  }
  for (const node of nodes) {
    const next = forward.filter((link) => link.from === node.id).map((link) => column.get(link.to));
    if (next.length > 0 && !forward.some((link) => link.to === node.id)) {
      column.set(node.id, Math.min(...next) - 1);
    }
  }
  return column;
}

/**
 * Places the nodes in columns from left to right, in an order with few crossings. A link that passes columns has its own place in
 * each, so that it crosses no node. Each node gets a column and a row, each link its places.
 */
export function layout({ nodes, links }) {
  const back = backward(nodes, links);
  const forward = links.filter((link) => !back.has(link) && link.from !== link.to);
  const column = columnsOf(nodes, forward);
  const columns = [];
  const add = (id, at) => (columns[at] ??= []).push(id);
  nodes.forEach((node) => add(node.id, column.get(node.id)));
  const steps = [];
  const paths = new Map(links.map((link) => [link, [link.from, link.to]]));
  forward.forEach((link, i) => {
    const path = [link.from];
    for (let at = column.get(link.from) + 1; at < column.get(link.to); at++) {
      const place = "passes " + i + " " + at;
      column.set(place, at);
      add(place, at);
      path.push(place);
    }
    path.push(link.to);
    paths.set(link, path);
    path.slice(1).forEach((to, at) => steps.push([path[at], to]));
  });
  const row = new Map();
  columns.forEach((ids) => ids.forEach((id, i) => row.set(id, i)));
  const before = new Map([...row.keys()].map((id) => [id, steps.filter((step) => step[1] === id).map((step) => step[0])]));
  const after = new Map([...row.keys()].map((id) => [id, steps.filter((step) => step[0] === id).map((step) => step[1])]));
  const order = (ids, near) => {
    const weight = new Map(ids.map((id) => {
      const rows = near.get(id).map((other) => row.get(other));
      return [id, rows.length === 0 ? row.get(id) : rows.reduce((a, b) => a + b, 0) / rows.length];
    }));
    ids.sort((a, b) => weight.get(a) - weight.get(b)).forEach((id, i) => row.set(id, i));
  };
  for (let turn = 0; turn < 12; turn++) {
    columns.forEach((ids) => order(ids, before));
    [...columns].reverse().forEach((ids) => order(ids, after));
  }
  return {
    nodes: nodes.map((node) => ({ ...node, column: column.get(node.id), row: row.get(node.id) })),
    links: links.map((link) => ({ ...link, back: back.has(link), path: paths.get(link).map((id) => ({ column: column.get(id), row: row.get(id) })) })),
    columns: columns.length,
    rows: Math.max(1, ...columns.map((ids) => ids.length)),
  };
}
