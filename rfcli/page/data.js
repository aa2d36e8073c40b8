/**
 * The networks as the page uses them, from the columns that stand in the file.
 *
 * @typedef {object} Layer
 * @property {string} name
 * @property {string} type
 * @property {string} does  "conv 3x3 /2"
 * @property {number[]} from  the layers that it takes
 * @property {number[]} via  those that its regions are carried back to
 * @property {(number | {unknown: string})[]} size  per axis
 * @property {number | null} seen  its number in `seen`; null where the origin does not reach it
 * @property {number[][]} reads  per entry of `via` and axis, how it reads
 * @property {number[][]} borders  the same, what stands beside the map
 * @property {number[]} sides  per axis: 1 sees all before, 2 all after, 3 all of its input besides
 */

const ONE = { d: "plane", h: "row", w: "column" };

/** A network with a value for each layer, and its layers in order of execution. */
export function networkOf(data) {
  const { nodes, words, merges, outputs } = data;
  const count = nodes.name.length;
  const hidden = new Set(Object.keys(data.stands ?? {}).map(Number));
  const layers = nodes.name.map((name, at) => ({
    name,
    type: words.type[nodes.type[at]],
    does: words.does[nodes.does[at]],
    from: nodes.from[at],
    via: data.via?.[at] ?? nodes.from[at],
    size: words.size[nodes.size[at]],
    channels: words.channels[nodes.channels[at]],
    seen: nodes.seen[at],
    reads: words.reads[nodes.reads[at]],
    borders: words.borders[nodes.borders[at]],
    sides: words.sides[nodes.sides[at]],
    merge: false,
    output: false,
    hidden: hidden.has(at),
  }));
  for (const at of merges) layers[at].merge = true;
  for (const at of outputs) layers[at].output = true;
  const order = data.order ?? Array.from({ length: count }, (_, at) => at);
  const turn = new Array(count).fill(-1);
  order.forEach((at, place) => (turn[at] = place));
  const single = data.axes.map((letter) => (data.axes.length === 1 ? "sample" : (ONE[letter] ?? "sample")));
  return {
    ...data,
    nodes: layers,
    order,
    turn,
    inputs: layers.filter((layer) => layer.type === "input").length,
    partsOf: partsOf(data.stands ?? {}),
    columns: Object.fromEntries(data.table.columns.map((column) => [column.key, column])),
    single,
    plural: single.map((word) => `${word}s`),
    main: layers.findIndex((layer) => layer.name === data.layer),
    memory: new Map(),
  };
}

/** For each layer the hidden ones that stand for a part of its channels. */
function partsOf(stands) {
  const parts = new Map();
  for (const [hidden, layer] of Object.entries(stands)) parts.set(layer, [...(parts.get(layer) ?? []), Number(hidden)]);
  return parts;
}

/** What is worked out once for a network, by a name of its own. */
export function remembered(network, name, make) {
  if (!network.memory.has(name)) network.memory.set(name, make());
  return network.memory.get(name);
}

/** The text of a column for a layer; empty where there is none. */
export function textOf(network, number, key) {
  const column = network.columns[key];
  const row = number - network.inputs;
  return column && row >= 0 && row < column.rows.length ? column.texts[column.rows[row]] : "";
}

/** The text of a column for a layer along one axis: those of all axes are joined by an x where they differ. */
export function textAlong(network, number, key, axis) {
  const texts = textOf(network, number, key).split("x");
  return texts[axis] ?? texts[0];
}

/** What the origin sees of itself, or a layer of it; null where the origin does not reach the layer. */
export const seenBy = (network, number) => network.seen[network.nodes[number].seen] ?? null;
