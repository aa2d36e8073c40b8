/**
 * The network as rows: scopes that open and close, repeated blocks, and lanes for what flows between the rows.
 *
 * @typedef {object} Item
 * @property {string} key  its place in the tree, "0.3.1"
 * @property {string} label
 * @property {number} times  how many copies it stands for
 * @property {boolean} scope  whether it is a box of others, not a layer with what follows it
 * @property {number[]} numbers  the layers inside, in order
 * @property {number} shows  the layer that stands for it: the last one inside
 * @property {() => Item[]} parts  what it opens into; none for a layer
 */

const lastPart = (name) => name.slice(name.lastIndexOf("/") + 1);

/** The tree of a network. @returns {Item} */
export function treeOf(network) {
  const root = network.outline;
  return boxItem(network, root, "r", 0, 1);
}

/** A part of the copies of something repeated: those of copy `at` of `of`. */
const shareOf = (copies, at, of) => copies.slice((copies.length / of) * at, (copies.length / of) * (at + 1));

function insideOf(box, at, of) {
  if (box.copies) return shareOf(box.copies, at, of).flat();
  return box.items.flatMap((item) => insideOf(item, at, of));
}

function item(key, label, times, scope, numbers, parts) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return { key, label, times, scope, numbers: sorted, shows: sorted[sorted.length - 1], parts: once(parts) };
}

function once(make) {
  let made = null;
  return () => (made ??= make());
}

/** An item for a box or a node of the outline, for copy `at` of the `of` copies of all that is around it. */
function itemOf(network, part, key, at, of) {
  return part.copies ? nodeItem(network, part, key, at, of) : boxItem(network, part, key, at, of);
}

function boxItem(network, box, key, at, of) {
  const within = (copy, many, stem) => () =>
    box.items.map((part, place) => itemOf(network, part, `${stem}.${place}`, copy, many));
  const numbers = insideOf(box, at, of);
  if ((box.times ?? 1) === 1) return item(key, box.label, 1, true, numbers, within(at, of, key));
  const copies = () =>
    Array.from({ length: box.times }, (_, copy) => {
      const [place, many, stem] = [at * box.times + copy, of * box.times, `${key}.${copy}`];
      const inside = insideOf(box, place, many);
      return item(stem, copyLabel(network, box, inside, copy), 1, true, inside, within(place, many, stem));
    });
  return item(key, box.label || "repeated", box.times, true, numbers, copies);
}

/** The name of one copy of a repeated scope: the part of its layers' names where the copies differ. */
function copyLabel(network, box, numbers, copy) {
  const name = box.name ?? box.label;
  if (!name) return `${copy + 1} of ${box.times}`;
  const depth = name.split("/").length;
  return network.nodes[numbers[0]].name.split("/")[depth - 1] ?? `${copy + 1}`;
}

function nodeItem(network, node, key, at, of) {
  const copies = shareOf(node.copies, at, of);
  if (copies.length === 1) return layersItem(network, node.label, key, copies[0]);
  const parts = () =>
    copies.map((numbers, copy) =>
      layersItem(network, lastPart(network.nodes[numbers[0]].name), `${key}.${copy}`, numbers),
    );
  return item(key, node.label, copies.length, false, copies.flat(), parts);
}

/** One layer, or a layer with the norm and the activation that follow it. */
function layersItem(network, label, key, numbers) {
  const layer = (number, place) =>
    item(`${key}.${place}`, lastPart(network.nodes[number].name), 1, false, [number], () => []);
  return item(key, label, 1, false, numbers, () => (numbers.length > 1 ? numbers.map(layer) : []));
}

/**
 * The rows that can be seen: those of open items with what is inside.
 * @returns {{item: Item, depth: number, open: boolean, leaf: boolean, place: number, many: number}[]}
 */
export function rowsOf(root, opened) {
  const rows = [];
  const walk = (items, depth) => {
    items.forEach((one, place) => {
      const parts = one.parts();
      const open = parts.length > 0 && opened.has(one.key);
      rows.push({ item: one, depth, open, leaf: parts.length === 0, place: place + 1, many: items.length });
      if (open) walk(parts, depth + 1);
    });
  };
  walk(root.parts(), 0);
  return rows;
}

/** Which items are open at first: level by level, while no more than `most` rows would be seen. */
export function openedAtFirst(root, most) {
  const opened = new Set();
  let level = root.parts();
  let count = level.length;
  while (level.length) {
    const inside = [];
    for (const one of level) {
      const parts = one.scope ? one.parts() : [];
      if (!parts.length || count + parts.length > most) continue;
      opened.add(one.key);
      count += parts.length;
      inside.push(...parts);
    }
    level = inside;
  }
  return opened;
}

/** The keys of all items around a layer, outermost first. */
export function around(root, number) {
  const keys = [];
  let parts = root.parts();
  while (parts.length) {
    const next = parts.find((one) => one.numbers.includes(number));
    if (!next) break;
    if (next.numbers.length === 1) break;
    keys.push(next.key);
    parts = next.parts();
  }
  return keys;
}

/**
 * Lanes, as a version-control graph has them: what a row gives runs down in a lane until its last reader.
 * For each row: its own `lane` (null for an open scope), the lanes that come `into` it, those that `pass`, and whether
 * its own goes `on`.
 */
export function lanesOf(network, rows) {
  const owner = owners(network, rows);
  const sources = rows.map((row, at) => (row.open ? [] : sourcesOf(network, row.item, owner, at)));
  const last = new Array(rows.length).fill(-1);
  sources.forEach((from, at) => from.forEach((source) => (last[source] = at)));
  const lanes = [];
  let most = 1;
  const drawn = rows.map((row, at) => {
    const pass = [];
    if (row.open) {
      lanes.forEach((source, lane) => source !== null && pass.push(lane));
      return { lane: null, into: [], pass, on: false };
    }
    const into = sources[at].map((source) => lanes.indexOf(source)).filter((lane) => lane >= 0);
    for (const lane of into) if (last[lanes[lane]] === at) lanes[lane] = null;
    const ended = into.filter((lane) => lanes[lane] === null);
    let lane = ended.length ? Math.min(...ended) : lanes.indexOf(null);
    if (lane < 0) lane = lanes.length;
    lanes.forEach((source, other) => source !== null && pass.push(other));
    lanes[lane] = last[at] > at ? at : null;
    most = Math.max(most, lane + 1);
    return { lane, into, pass, on: lanes[lane] !== null };
  });
  return { drawn, most };
}

/** For each layer the row that it is seen in. */
function owners(network, rows) {
  const owner = new Array(network.nodes.length).fill(-1);
  rows.forEach((row, at) => {
    if (!row.open) for (const number of row.item.numbers) owner[number] = at;
  });
  return owner;
}

function sourcesOf(network, one, owner, at) {
  const found = new Set();
  for (const number of one.numbers) {
    for (const source of network.nodes[number].from) {
      if (owner[source] >= 0 && owner[source] < at) found.add(owner[source]);
    }
  }
  return [...found];
}

/** What an item does, in a few words. */
export function doesOf(network, one) {
  const [first, ...rest] = one.numbers.map((number) => network.nodes[number]);
  if (one.scope) return `${one.numbers.length} layers`;
  if (one.times > 1) return first.does;
  return [first.does, ...rest.map((node) => node.type)].join(" + ");
}
