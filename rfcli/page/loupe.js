/** A region that is drawn small, drawn large in a corner of the input, sample by sample. */

import { element, mark, shape, shown } from "./build.js";
import { middleOf } from "./geometry.js";
import { crossAt, overBounds, pathMarks } from "./merges.js";

/** A region is drawn large where it is smaller than this share of the drawing. */
const SMALL = 0.13;
/** The loupe's share of the drawing's shorter side, and of what is left free around it. */
const LOUPE = 0.36;
const FREE = 0.02;
/** How many times the region's longer side the loupe shows. */
const SHOWN = 1.7;
/** Samples are drawn apart up to so many. */
const MOST_APART = 48;

/**
 * Makes the loupe. `picture` is the id of what is drawn larger, `hatch` that of the pattern for what lies beyond the input.
 * @returns {{node: SVGElement, show: (frame, region, pieces) => void}} `region` is [down, along], null for no loupe
 */
export function loupeView(picture, hatch) {
  const ground = shape("rect", { class: "loupeground" });
  const parts = {
    beyond: shape("path", { class: "beyond", fill: `url(#${hatch})` }),
    dim: shape("path", { class: "dim", "fill-rule": "evenodd" }),
    apart: shape("path", { class: "gridlines apart" }),
    region: shape("rect", { class: "region" }),
    lit: shape("rect", { class: "litregion" }),
    center: shape("path", { class: "center" }),
    paths: shape("g"),
  };
  const inner = shape(
    "svg",
    { class: "glass", preserveAspectRatio: "none" },
    ground,
    shape("use", { href: `#${picture}` }),
    Object.values(parts),
  );
  const [rays, border] = [shape("path", { class: "rays" }), shape("rect", { class: "loupeborder" })];
  const node = shape("g", { class: "loupe", "aria-hidden": "true" }, rays, inner, border);

  function show(frame, region, pieces) {
    const small = Boolean(region) && isSmall(frame, region);
    shown(node, small);
    if (!small) return;
    const seat = seatOf(frame, region);
    const view = viewOf(region);
    for (const one of [inner, border]) laidOut(one, seat);
    laidOut(ground, view);
    mark(inner, "viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
    for (const name of ["beyond", "dim"]) mark(parts[name], "d", pieces[name]);
    overBounds(parts.lit, ...pieces.lit);
    overBounds(parts.region, ...region);
    const arm = view.width * 0.05;
    mark(
      parts.center,
      "d",
      pieces.paths.length ? "" : crossAt(middleOf(region[0]) + 0.5, middleOf(region[1]) + 0.5, arm, arm),
    );
    parts.paths.replaceChildren(...pathMarks(pieces.paths, [0, 1], arm, arm));
    mark(parts.apart, "d", apartLines(view));
    mark(rays, "d", raysOf(seat, region));
  }
  return { node, show };
}

const lengthOf = ([first, last]) => last - first + 1;

function laidOut(node, box) {
  for (const [key, value] of Object.entries(box)) mark(node, key, value);
}

/** Whether a region is drawn too small for its samples to be seen. */
export function isSmall(frame, [down, along]) {
  const shorter = Math.min(frame.x[1] - frame.x[0], frame.y[1] - frame.y[0]);
  return Math.max(lengthOf(down), lengthOf(along)) < SMALL * shorter;
}

/** Where the loupe stands: in the corner that is farthest from the region. */
export function seatOf(frame, [down, along]) {
  const [wide, tall] = [frame.x[1] - frame.x[0], frame.y[1] - frame.y[0]];
  const side = Math.min(wide, tall) * LOUPE;
  const free = Math.min(wide, tall) * FREE;
  const left = (along[0] + along[1]) / 2 > (frame.x[0] + frame.x[1]) / 2;
  const above = (down[0] + down[1]) / 2 > (frame.y[0] + frame.y[1]) / 2;
  return {
    x: left ? frame.x[0] + free : frame.x[1] - free - side,
    y: above ? frame.y[0] + free : frame.y[1] - free - side,
    width: side,
    height: side,
  };
}

/** What the loupe shows: the region in the middle of a square, and what lies about it. */
function viewOf([down, along]) {
  const side = Math.max(Math.ceil(Math.max(lengthOf(down), lengthOf(along)) * SHOWN), 5);
  return { x: (along[0] + along[1] + 1 - side) / 2, y: (down[0] + down[1] + 1 - side) / 2, width: side, height: side };
}

/** Lines between samples, as long as there are few. */
function apartLines({ x, y, width, height }) {
  if (width > MOST_APART) return "";
  const lines = [];
  for (let at = Math.ceil(x); at <= x + width; at += 1) lines.push(`M${at} ${y}v${height}`);
  for (let at = Math.ceil(y); at <= y + height; at += 1) lines.push(`M${x} ${at}h${width}`);
  return lines.join("");
}

/** Two lines from the region to the loupe, between the corners that face each other. */
function raysOf({ x, y, width, height }, [down, along]) {
  const [left, right, top, bottom] = [along[0], along[1] + 1, down[0], down[1] + 1];
  const flips = x > left === y > top;
  const [from, to] = flips
    ? [
        [
          [left, bottom],
          [right, top],
        ],
        [
          [x, y + height],
          [x + width, y],
        ],
      ]
    : [
        [
          [left, top],
          [right, bottom],
        ],
        [
          [x, y],
          [x + width, y + height],
        ],
      ];
  return from.map(([fx, fy], at) => `M${fx} ${fy}L${to[at][0]} ${to[at][1]}`).join("");
}

/** A region of a strip is drawn large where it is smaller than this share of it. */
const SMALL_RUN = 0.08;
const MOST_SAMPLES = 160;

/**
 * Makes a second strip for a region that is small on the first, sample by sample, with rays from the one to the other.
 * @returns {{node: HTMLElement, show: (frame: [number, number], region, clipped, runs, n: number) => void}}
 */
export function stripLoupe(hatch) {
  const rays = shape("path", { class: "rays" });
  const parts = {
    ground: shape("rect", { class: "ground", y: 0, height: 1 }),
    beyond: shape("path", { class: "beyond", fill: `url(#${hatch})` }),
    read: shape("path", { class: "readruns" }),
    apart: shape("path", { class: "gridlines" }),
    region: shape("rect", { class: "region" }),
    lit: shape("rect", { class: "litregion" }),
  };
  const above = shape("svg", { class: "between", preserveAspectRatio: "none" }, rays);
  const strip = shape("svg", { class: "zoomed", preserveAspectRatio: "none" }, Object.values(parts));
  const note = element("p", { class: "viewsnote" });
  const node = element("div", { class: "stripzoom", "aria-hidden": "true" }, above, strip, note);

  function show([start, end], region, clipped, runs, n) {
    const small = Boolean(region) && lengthOf(region) < SMALL_RUN * (end - start);
    shown(node, small);
    if (!small) return;
    const wide = Math.max(Math.ceil(lengthOf(region) * 1.25), 8);
    const x = (region[0] + region[1] + 1 - wide) / 2;
    mark(above, "viewBox", `${start} 0 ${end - start} 1`);
    mark(
      rays,
      "d",
      `M${region[0]} 0L${start + ((region[0] - x) / wide) * (end - start)} 1M${region[1] + 1} 0L${start + ((region[1] + 1 - x) / wide) * (end - start)} 1`,
    );
    mark(strip, "viewBox", `${x} 0 ${wide} 1`);
    laidOut(parts.ground, { x: Math.max(x, 0), width: Math.max(Math.min(x + wide, n) - Math.max(x, 0), 0) });
    mark(parts.beyond, "d", beyondRun(region, n));
    mark(parts.read, "d", runsDrawn(runs, x, wide));
    mark(
      parts.apart,
      "d",
      wide > MOST_SAMPLES ? "" : Array.from({ length: wide + 1 }, (_, k) => `M${Math.ceil(x) + k} 0v1`).join(""),
    );
    overBounds(parts.region, [0, 0], region);
    overBounds(parts.lit, clipped ? [0, 0] : null, clipped);
    note.textContent = `${Math.round((end - start) / wide)} times as large`;
  }
  return { node, show };
}

/** What of a run lies before and after the input. */
const beyondRun = ([first, last], n) =>
  [
    [first, Math.min(last, -1)],
    [Math.max(first, n), last],
  ]
    .filter(([a, b]) => a <= b)
    .map(([a, b]) => `M${a} 0H${b + 1}V1H${a}z`)
    .join("");

/** The runs that are read, as far as they are seen. */
function runsDrawn(runs, x, wide) {
  const found = [];
  for (let k = 0; k < runs.length; k += 2) {
    if (runs[k + 1] >= x && runs[k] <= x + wide) found.push(`M${runs[k]} 0H${runs[k + 1] + 1}V1H${runs[k]}z`);
  }
  return found.join("");
}
