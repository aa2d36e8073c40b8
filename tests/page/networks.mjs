/** Small networks, written as the page gets them, with values that can be worked out by hand. */

import { networkOf } from "../../rfcli/page/data.js";

/** A network of one axis: each layer is {name, from, size, seen, reads, borders?, sides?}; `words` stand for themselves. */
export function madeOf({ layers, ...rest }) {
  const column = (of) => layers.map(of);
  const words = { type: [], does: [], size: [], channels: [null], reads: [], borders: [], sides: [] };
  const word = (name, value) => words[name].push(value) - 1;
  const nodes = {
    name: column((layer) => layer.name),
    from: column((layer) => layer.from ?? []),
    seen: column((layer) => (layer.seen === undefined ? null : layer.seen)),
    type: column((layer) => word("type", layer.type ?? (layer.from ? "conv" : "input"))),
    does: column((layer) => word("does", layer.type ?? "conv")),
    size: column((layer) => word("size", layer.size)),
    channels: column(() => 0),
    reads: column((layer) => word("reads", layer.reads ?? [])),
    borders: column((layer) => word("borders", layer.borders ?? [])),
    sides: column((layer) => word("sides", layer.sides ?? [])),
  };
  const outline = { label: "net", items: layers.map((layer, at) => ({ label: layer.name, copies: [[at]] })) };
  return networkOf({
    name: "net",
    axes: ["w"],
    origin: 0,
    point: true,
    outputs: [layers.length - 1],
    merges: [],
    order: null,
    via: {},
    stands: {},
    clips: [],
    joint: [],
    borders: [],
    table: { columns: [] },
    layer: layers[layers.length - 1].name,
    nodes,
    words,
    outline,
    ...rest,
  });
}

/** Two convolutions, kernel 3 and padding 1, the second with stride 2, on 8 samples. */
export const twoConvs = () =>
  madeOf({
    layers: [
      { name: "input", size: [8], seen: 0 },
      { name: "a", from: [0], size: [8], seen: 1, reads: [[0]] },
      { name: "b", from: [1], size: [4], seen: 2, reads: [[1]] },
    ],
    reads: [
      { shift: 1, phases: [[-1, 1, 1]] },
      { shift: 2, phases: [[-1, 1, 1]] },
    ],
    fields: [
      { shift: 1, phases: [[0, 0]] },
      { shift: 1, phases: [[-1, 1]] },
      { shift: 2, phases: [[-2, 2]] },
    ],
    seen: [
      { local: [0], clip: [-1] },
      { local: [1], clip: [-1] },
      { local: [2], clip: [-1] },
    ],
  });
