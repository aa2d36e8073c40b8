/** Histograms of paths, and profiles of the effective field: one for each axis that differs. */

import { element, shape } from "./build.js";
import { MARGIN, axisBelow, axisLeft, chartOf, scaleOf, ticksOf } from "./charts.js";
import { figure, isolated } from "./words.js";

const LOW = 240;
const PRECISION = 1_000_000n;

/** The axes of something per axis that differ, each with the words for all that are alike. */
export function alikeAxes(network, axes) {
  const keys = axes.map((one) => JSON.stringify(one));
  return axes
    .map((one, axis) => ({
      one,
      axis,
      words: network.plural.filter((_, other) => keys[other] === keys[axis]).join(" and "),
    }))
    .filter(({ axis }) => keys.indexOf(keys[axis]) === axis);
}

/** The paths to a layer by the field of each, as shares of all. */
export function pathsView(network) {
  const { paths } = network;
  if (paths.unknown) return element("p", { class: "empty" }, paths.unknown);
  const charts = alikeAxes(network, paths.axes).map(({ one, words }) => {
    if (one.counts.length === 1 && one.step === 1) return element("p", {}, onlyPaths(paths.layer, one, words));
    const counts = one.counts.map(BigInt);
    const all = counts.reduce((sum, count) => sum + count, 0n) || 1n;
    const shares = counts.map((count) => Number((count * PRECISION) / all) / Number(PRECISION));
    const says = `${figureBig(all)} ${all === 1n ? "path" : "paths"} to ${isolated(paths.layer)} along the ${words}`;
    return element(
      "figure",
      {},
      element("figcaption", {}, `${says}, by the field of each`),
      barsChart(one, shares, `${says}: fields of ${one.offsets[0]} to ${one.offsets[one.offsets.length - 1]} samples`)
        .node,
    );
  });
  return element("div", { class: "charts" }, charts);
}

/** What is said where all paths have one field: a chart would be a single bar. */
function onlyPaths(layer, { counts: [count], offsets: [size] }, words) {
  const which = count === "1" ? "One path leads" : `${figureBig(BigInt(count))} paths lead`;
  return `${which} to ${isolated(layer)} along the ${words}, ${count === "1" ? "with" : "all with"} a field of ${figure(size)}.`;
}

/** A count that may be beyond all numbers: in words of powers of ten. */
function figureBig(count) {
  const text = String(count);
  return text.length <= 12
    ? text.replace(/\B(?=(\d{3})+$)/g, ",")
    : `${text[0]}.${text.slice(1, 3)} × 10^${text.length - 1}`;
}

function barsChart({ offsets, step, apart }, shares, says) {
  return chartOf(says, (width) => {
    const bottom = LOW - MARGIN.bottom;
    const wide = Math.max(step ?? 1, apart ?? 1);
    const [low, high] = [offsets[0], offsets[offsets.length - 1] + wide];
    const x = scaleOf([low, high], [MARGIN.left + 4, width - MARGIN.right]);
    const y = scaleOf([0, Math.max(...shares, 1e-9) * 1.08], [bottom, MARGIN.top]);
    const bar = Math.max(x(low + wide) - x(low) - 1, 1);
    const bars = shares.map((share, at) =>
      shape("rect", {
        class: "bar",
        x: x(offsets[at]),
        y: y(share),
        width: bar,
        height: Math.max(bottom - y(share), share > 0 ? 0.5 : 0),
      }),
    );
    const ticks = ticksOf([0, Math.max(...shares) * 100 * 1.08], 4, "any");
    const percent = scaleOf([0, Math.max(...shares, 1e-9) * 108], [bottom, MARGIN.top]);
    return {
      height: LOW,
      parts: [
        ...axisLeft(percent, ticks, width, "% of paths"),
        ...bars,
        ...axisBelow(x, ticksOf([low, high], width / 110), bottom, "field of a path, samples", width),
      ],
    };
  });
}

/** How much each sample of the region counts, for independent weights. */
export function erfView(network) {
  const { erf } = network;
  if (erf.unknown) return element("p", { class: "empty" }, erf.unknown);
  const charts = alikeAxes(network, erf.axes).map(({ one, axis, words }) => {
    const says = `${isolated(erf.layer)}: ${figure(one.effective_size)} of its ${figure(one.size)} ${words} hold 95.45 % of the energy`;
    const n = network.nodes[network.origin].size[axis];
    return element(
      "figure",
      {},
      element("figcaption", {}, says),
      profileChart(one, n, `Effective field of ${says}`).node,
    );
  });
  return element(
    "div",
    {},
    element("div", { class: "charts" }, charts),
    erf.says ? element("p", { class: "chartnote" }, erf.says) : null,
  );
}

function profileChart({ first, step, weights, effective_size: effective }, n, says) {
  return chartOf(says, (width) => {
    const bottom = LOW - MARGIN.bottom;
    const last = first + weights.length * (step ?? 1);
    const x = scaleOf([first, last], [MARGIN.left + 4, width - MARGIN.right]);
    const y = scaleOf([0, 1.06], [bottom, MARGIN.top]);
    const outline = weights.map((weight, at) => `L${x(first + (at + 0.5) * (step ?? 1))} ${y(weight)}`).join("");
    const parts = [
      ...axisLeft(y, [0, 0.5, 1], width, "weight, largest 1"),
      shape("path", { class: "profile", d: `M${x(first)} ${bottom}${outline}L${x(last)} ${bottom}z` }),
    ];
    if (typeof effective === "number") {
      const start = first + shortestRun(weights, Math.ceil(effective / (step ?? 1))) * (step ?? 1);
      parts.push(
        shape("path", {
          class: "effective",
          d: `M${x(start)} ${bottom}V${MARGIN.top}M${x(start + effective)} ${bottom}V${MARGIN.top}`,
        }),
      );
    }
    if (Number.isInteger(n))
      for (const edge of [0, n])
        if (edge > first && edge < last)
          parts.push(shape("path", { class: "inputline", d: `M${x(edge)} ${bottom}V${MARGIN.top}` }));
    return {
      height: LOW,
      parts: [...parts, ...axisBelow(x, ticksOf([first, last], width / 110), bottom, "sample of the input", width)],
    };
  });
}

/** Where the `length` neighbours begin that weigh most together. */
export function shortestRun(weights, length) {
  let held = weights.slice(0, length).reduce((sum, weight) => sum + weight, 0);
  let [best, most] = [0, held];
  for (let start = 1; start + length <= weights.length; start += 1) {
    held += weights[start + length - 1] - weights[start - 1];
    if (held > most + 1e-12) [best, most] = [start, held];
  }
  return best;
}
