/** A layer's map, small, with what is lit on it. */

import { mark, shape } from "./build.js";
import { boundsKey } from "./words.js";

const SIDE = 22;
const LENGTH = 132;
const MOST_RUNS = 16;

/** Which two axes are drawn: the last two; one alone is drawn as a strip. */
const drawnAxes = (count) => (count === 1 ? [null, 0] : [count - 2, count - 1]);

/** Draws the mini map of layer `number` into `svg`. `found` is what is lit on it, null for nothing. */
export function miniMap(svg, network, number, found, kind) {
  const sizes = network.nodes[number].size;
  const [down, along] = drawnAxes(sizes.length);
  if (!sizes.every(Number.isInteger)) {
    svg.replaceChildren();
    return;
  }
  const most = Math.max(...sizes);
  const [width, height] = down === null ? [LENGTH, 8] : [sideOf(sizes[along], most), sideOf(sizes[down], most)];
  mark(svg, "preserveAspectRatio", down === null ? "none" : null);
  mark(svg, "viewBox", `0 0 ${down === null ? LENGTH : SIDE} ${SIDE}`);
  const [x, y] = [((down === null ? LENGTH : SIDE) - width) / 2, (SIDE - height) / 2];
  const map = shape("rect", { x, y, width, height, class: "paper" });
  const axes = found?.axes;
  if (!axes || axes.some((axis) => axis.unknown || !axis.runs.length)) {
    svg.replaceChildren(map);
    return;
  }
  const spans = (axis, length) => (axis === null ? [[0, length]] : spansOf(axes[axis], sizes[axis], length));
  const pieces = spans(down, height).flatMap(([top, tall]) =>
    spans(along, width).map(([left, wide]) => `M${x + left} ${y + top}h${wide}v${tall}h${-wide}z`),
  );
  const name = network.nodes[number].name;
  const marks =
    kind === "output"
      ? {
          "data-of": name,
          "data-region": boundsKey(axes.map((axis) => axis.region)),
          "data-clipped": found.known ? boundsKey(axes.map((axis) => axis.clipped)) : null,
        }
      : { "data-of": name, "data-outputs": boundsKey(axes.map((axis) => axis.clipped)) };
  const all = found.whole && kind === "output" ? [shape("rect", { x, y, width, height, class: "lit whole" })] : [];
  const lit = kind === "output" && (found.only || !found.known) ? "lit whole" : "lit";
  svg.replaceChildren(map, ...all, shape("path", { d: pieces.join(""), class: lit, ...marks }));
}

const sideOf = (n, most) => Math.max((SIDE * n) / most, 4);

/** Where the runs of a set lie on a drawn length; never thinner than a hair. */
function spansOf({ runs }, n, length) {
  const pairs = [];
  if (runs.length > 2 * MOST_RUNS) pairs.push([runs[0], runs[runs.length - 1]]);
  else for (let k = 0; k < runs.length; k += 2) pairs.push([runs[k], runs[k + 1]]);
  return pairs.map(([first, last]) => {
    const wide = Math.max(((last - first + 1) / n) * length, 1.2);
    return [Math.min((first / n) * length, length - wide), wide];
  });
}
