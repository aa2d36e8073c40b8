/** How much room is drawn about the input, so that what lies in the padding is seen too. */

import { remembered } from "./data.js";
import { regionOf } from "./geometry.js";

/** The most of the input's length that is drawn beside it, by the number of axes. */
const MOST_BESIDE = { 1: 0.12, 2: 0.3, 3: 0.25 };

/** Per axis the part of the unbounded map that is drawn for a layer: the input, and what its outputs cover beside it. */
export function frameOf(network, number) {
  const sizes = network.nodes[network.origin].size;
  return sizes.map((n, axis) => {
    const [first, last] = reachOf(network, number, axis);
    const beside = Math.max(n * MOST_BESIDE[sizes.length], 1);
    const little = n * 0.03;
    return [-Math.min(Math.max(-first, little), beside), n + Math.min(Math.max(last - n + 1, little), beside)];
  });
}

/** The first and the last sample that any output of a layer covers along an axis. */
function reachOf(network, number, axis) {
  const node = network.nodes[number];
  const n = network.nodes[network.origin].size[axis];
  if (node.seen === null || !Number.isInteger(node.size[axis])) return [0, n - 1];
  return remembered(network, `reach ${node.seen} ${axis} ${node.size[axis]}`, () => {
    let [first, last] = [0, n - 1];
    for (let o = 0; o < node.size[axis]; o += 1) {
      const bounds = regionOf(network, number, axis, o);
      if (Array.isArray(bounds)) [first, last] = [Math.min(first, bounds[0]), Math.max(last, bounds[1])];
    }
    return [first, last];
  });
}

/** A whole number of samples between grid lines that the eye can count: 1, 2, 4, 8, ... */
export function gridStep(n) {
  let step = 1;
  while (n / step > 16) step *= 2;
  return step;
}
