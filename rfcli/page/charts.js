/** What charts share: scales, ticks, axes, and drawing anew when their width changes. */

import { element, shape } from "./build.js";
import { figure } from "./words.js";

export const MARGIN = { left: 56, right: 16, top: 18, bottom: 40 };

/** A scale from values to pixels, straight or of powers of ten. */
export function scaleOf([low, high], [start, end], powers = false) {
  const seat = powers ? (value) => Math.log10(Math.max(value, 1e-9)) : (value) => value;
  const [from, to] = [seat(low), seat(high)];
  const scale = (value) => start + ((seat(value) - from) / (to - from || 1)) * (end - start);
  scale.back = (pixel) => from + ((pixel - start) / (end - start)) * (to - from);
  return scale;
}

/** Round numbers over a range, about `wanted` of them: whole ones, or powers of ten, where asked for. */
export function ticksOf([low, high], wanted, kind = "whole") {
  if (kind === "powers") {
    const found = [];
    for (let power = Math.ceil(Math.log10(low)); power <= Math.log10(high); power += 1) found.push(10 ** power);
    return found;
  }
  const rough = (high - low || 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max([1, 2, 5, 10].find((one) => one * power >= rough) * power, kind === "whole" ? 1 : 0);
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step)
    found.push(Math.round(tick / step) * step);
  return found;
}

/** A figure that is drawn by `draw(width)` whenever it gets another width. */
export function chartOf(label, draw) {
  const svg = shape("svg", { class: "chart", role: "img", "aria-label": label });
  const node = element("div", { class: "chartbox" }, svg);
  let width = 0;
  const anew = () => {
    if (!width) return;
    const { height, parts } = draw(width);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.replaceChildren(...parts);
  };
  new ResizeObserver(([entry]) => {
    if (Math.floor(entry.contentRect.width) === width) return;
    width = Math.floor(entry.contentRect.width);
    anew();
  }).observe(node);
  return { node, svg, anew };
}

export const textMark = (x, y, text, kind = "", anchor = "middle") =>
  shape("text", { x, y, class: kind, "text-anchor": anchor }, text);

/** A vertical axis with lines across, and its title above. */
export function axisLeft(scale, ticks, width, title) {
  const lines = ticks.map((tick) =>
    shape("path", { class: "across", d: `M${MARGIN.left} ${scale(tick)}H${width - MARGIN.right}` }),
  );
  const labels = ticks.map((tick) => textMark(MARGIN.left - 8, scale(tick) + 4, figure(tick), "tick", "end"));
  return [...lines, ...labels, title ? textMark(0, 10, title, "tick", "start") : ""];
}

/** A horizontal axis below. */
export function axisBelow(scale, ticks, y, title, width) {
  const labels = ticks.map((tick) => textMark(scale(tick), y + 18, figure(tick), "tick"));
  return [
    shape("path", { class: "axis", d: `M${MARGIN.left} ${y}H${width - MARGIN.right}` }),
    ...labels,
    textMark(width - MARGIN.right, y + 34, title, "tick", "end"),
  ];
}
