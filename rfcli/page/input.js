/** The input, and on it what an output sees; pointing at a sample asks the other way. */

import { element, freshId, mark, shape, shown } from "./build.js";
import { frameOf, gridStep } from "./frame.js";
import { middleOf } from "./geometry.js";
import { loupeView, stripLoupe } from "./loupe.js";
import { crossAt, overBounds, pathMarks } from "./merges.js";
import { viewColumns, viewsNote, windowKey } from "./map.js";
import { hasLeft, hasMoved, planesOf, movedAlong, spotOn, stepOf } from "./planes.js";
import { boundsKey, figure, placeKey } from "./words.js";

const MOST_PIECES = 4000;
/** How tall a strip is drawn, in pixels: as the stylesheet has it. */
const STRIP = 64;

/** Makes the view of the input. `act(change)` tells what the reader does: {sample}, {hold}. */
export function inputView(network, image, act) {
  const planes = planesOf(network.axes.length).map((pair) => inputPlane(network, pair, image, act));
  const three = network.axes.length === 3;
  const views = three
    ? element(
        "div",
        { class: "views" },
        planes.map((plane) => plane.node),
        viewsNote(network),
      )
    : planes[0].node;
  const node = element("div", { class: `input axes-${network.axes.length}` }, views);
  function show(place, lit, sight) {
    if (three && network.point === true)
      views.style.gridTemplateColumns = viewColumns(frameOf(network, place.layer).map(([start, end]) => end - start));
    for (const plane of planes) plane.show(place, lit, sight);
  }
  return { node, show };
}

/** One plane of the input. */
function inputPlane(network, pair, image, act) {
  const [down, along] = pair;
  const sizes = network.nodes[network.origin].size;
  const known = network.point === true && sizes.every(Number.isInteger);
  const [hatch, picture] = [freshId("hatch"), freshId("picture")];
  const wide = known ? sizes[along] : 1;
  const tall = known && down !== null ? sizes[down] : 1;
  const stripes = shape(
    "pattern",
    { id: hatch, patternUnits: "userSpaceOnUse", width: 6, height: 6 },
    shape("path", { d: "M-1 7L7 -1M-1 1L1 -1M5 7L7 5" }),
  );
  const parts = {
    beyond: shape("path", { class: "beyond", fill: `url(#${hatch})` }),
    dim: shape("path", { class: "dim", "fill-rule": "evenodd" }),
    sides: shape("path", { class: "sides" }),
    edge: shape("rect", { class: "edge", x: 0, y: 0, width: wide, height: tall }),
    region: shape("rect", { class: "region" }),
    lit: shape("rect", { class: "litregion" }),
    paths: shape("g", { class: "paths" }),
    halo: shape("path", { class: "center halo" }),
    center: shape("path", { class: "center" }),
    sample: shape("g", { class: "samplemark" }, shape("path", { class: "cross" }), shape("rect", { class: "spot" })),
  };
  const { beyond, ...above } = parts;
  const loupe = sizes.length === 2 ? loupeView(picture, hatch) : null;
  const zoomed = down === null ? stripLoupe(hatch) : null;
  const svg = shape(
    "svg",
    {
      class: "samples",
      role: "application",
      tabindex: "0",
      preserveAspectRatio: "none",
      "aria-roledescription": "map of samples",
    },
    shape("defs", {}, stripes),
    known ? shape("g", { id: picture, class: "picture" }, pictureOf(image, wide, tall, down === null)) : null,
    beyond,
    Object.values(above),
    loupe?.node,
  );
  const [rulerDown, rulerAlong] = [element("div", { class: "ruler down" }), element("div", { class: "ruler along" })];
  const node = element(
    "div",
    { class: down === null ? "plane strip" : "plane" },
    down === null ? null : rulerDown,
    svg,
    rulerAlong,
    zoomed?.node,
  );
  let [frame, looking, latest, width] = [null, null, [], 0];

  function framed(place) {
    const whole = known ? frameOf(network, place.layer) : sizes.map(() => [0, 1]);
    frame = { y: down === null ? [0, 1] : whole[down], x: whole[along] };
    const [wider, taller] = [frame.x[1] - frame.x[0], frame.y[1] - frame.y[0]];
    mark(svg, "viewBox", `${frame.x[0]} ${frame.y[0]} ${wider} ${taller}`);
    if (down !== null) {
      svg.style.aspectRatio = `${wider} / ${taller}`;
      node.style.setProperty("--shape", `${wider / taller}`);
    }
    scaled();
  }

  /** How many samples a pixel is, down and along. */
  function perPixel() {
    const across = (frame.x[1] - frame.x[0]) / (width || 1);
    return { y: down === null ? (frame.y[1] - frame.y[0]) / STRIP : across, x: across };
  }

  /** Hatching is drawn in pixels, whatever a sample's size. */
  function scaled() {
    const { y, x } = perPixel();
    mark(stripes, "patternTransform", `scale(${x} ${y})`);
  }

  function show(place, lit, sight) {
    if (!known) return;
    looking = place;
    latest = [place, lit, sight];
    framed(place);
    const one = perPixel();
    const [rows, columns] = [down === null ? null : sight?.axes[down], sight?.axes[along]];
    const of = (axis, one) => (axis === null ? [0, 0] : sight.axes[axis][one]);
    const [y, x] = sight ? [of(down, "region"), of(along, "region")] : [null, null];
    const [cy, cx] = sight ? [of(down, "clipped"), of(along, "clipped")] : [null, null];
    overBounds(parts.region, y, x);
    overBounds(parts.lit, cy, cx);
    parts.lit.classList.toggle("held", place.hold);
    shown(parts.dim, Boolean(sight));
    shown(parts.beyond, Boolean(y && x));
    for (const cross of [parts.halo, parts.center])
      shown(cross, Boolean(y && x && !(columns.only || rows?.only) && !sight.paths.length));
    svg.classList.toggle("global", Boolean(sight?.whole));
    if (sight) {
      mark(parts.lit, "data-region", boundsKey(sight.axes.map((axis) => axis.region)));
      mark(parts.lit, "data-clipped", boundsKey(sight.axes.map((axis) => axis.clipped)));
      mark(parts.lit, "data-runs", sight.around ? sight.axes.map((axis) => runsKey(axis.runs)).join(";") : null);
      mark(parts.dim, "d", `M0 0H${wide}V${tall}H0z${piecesOf(rows, columns)}`);
      mark(parts.beyond, "d", y && x ? outsideOf(y, x, wide, tall) : "");
      mark(parts.sides, "d", sidesOf(rows, columns, wide, tall));
      for (const cross of [parts.halo, parts.center])
        mark(cross, "d", y && x ? crossAt(middleOf(y) + 0.5, middleOf(x) + 0.5, 5 * one.x, 5 * one.y) : "");
      parts.paths.replaceChildren(...pathMarks(sight.paths, pair, 5 * one.x, 5 * one.y));
    } else {
      parts.paths.replaceChildren();
      for (const name of ["data-region", "data-clipped", "data-runs"]) parts.lit.removeAttribute(name);
    }
    zoomed?.show(frame.x, x && !columns.only ? x : null, cx, columns?.runs ?? [], wide);
    loupe?.show(frame, y && x && sight.axes.every((axis) => !axis.only) ? [y, x] : null, {
      beyond: parts.beyond.getAttribute("d"),
      dim: parts.dim.getAttribute("d"),
      lit: [cy, cx],
      paths: sight?.paths ?? [],
    });
    shown(parts.lit, Boolean(sight));
    shown(parts.sides, Boolean(sight));
    sampled(place);
    mark(parts.edge, "data-map", network.nodes[network.origin].name);
    mark(parts.edge, "data-window", windowKey(place.sample ?? middleSample(place), pair, [0, tall - 1], [0, wide - 1]));
    ruled(rulerAlong, frame.x, wide, sight ? x : null, place.sample?.[along], "left", sight && cx, width);
    if (down !== null)
      ruled(
        rulerDown,
        frame.y,
        tall,
        sight ? y : null,
        place.sample?.[down],
        "top",
        sight && cy,
        (frame.y[1] - frame.y[0]) / one.y,
      );
    mark(
      svg,
      "aria-label",
      `Samples of ${network.nodes[network.origin].name}, ${planeName()}: arrow keys move a sample`,
    );
  }

  const planeName = () =>
    [down, along]
      .filter((axis) => axis !== null)
      .map((axis) => `${sizes[axis]} ${network.plural[axis]}`)
      .join(", ");

  function sampled(place) {
    shown(parts.sample, Boolean(place.sample));
    const [cross, spot] = parts.sample.children;
    if (!place.sample) return spot.removeAttribute("data-sample");
    const [y, x] = [down === null ? 0 : place.sample[down], place.sample[along]];
    mark(cross, "d", `M${frame.x[0]} ${y + 0.5}H${frame.x[1]}M${x + 0.5} ${frame.y[0]}V${frame.y[1]}`);
    overBounds(spot, [y, y], [x, x]);
    mark(spot, "data-sample", placeKey(place.sample));
    spot.classList.toggle("held", place.hold);
  }

  function under(event) {
    const [y, x] = spotOn(svg, event).map(Math.floor);
    const sample = looking.sample ? [...looking.sample] : middleSample(looking);
    if (down !== null) sample[down] = y;
    sample[along] = x;
    const inside = sample.every((one, axis) => one >= 0 && one < sizes[axis]);
    return inside ? sample : null;
  }

  function middleSample(place) {
    return (place.spot ?? sizes.map((n) => n >> 1)).map((one, axis) =>
      Math.min(Math.max(Math.round(one), 0), sizes[axis] - 1),
    );
  }

  svg.addEventListener("pointermove", (event) => {
    if (!hasMoved(event) || !looking || looking.hold || event.pointerType === "touch") return;
    const sample = under(event);
    if (sample) act({ sample });
  });
  svg.addEventListener("pointerleave", hasLeft);
  svg.addEventListener("click", (event) => {
    const sample = looking && under(event);
    if (sample) act({ sample, hold: !(looking.hold && placeKey(looking.sample ?? []) === placeKey(sample)) });
  });
  svg.addEventListener("keydown", (event) => {
    if (!looking) return;
    const sample = looking.sample ?? middleSample(looking);
    const third = sizes.length === 3 ? [0, 1, 2].find((axis) => axis !== down && axis !== along) : null;
    const paged = { PageUp: -1, PageDown: 1 }[event.key];
    const step = third !== null && paged ? [third, paged] : stepOf(event, pair);
    if (step) act({ sample: looking.sample ? movedAlong(sample, ...step, sizes) : sample, hold: looking.hold });
    else if (event.key === "Enter" || event.key === " ") act({ sample, hold: !looking.hold });
    else return;
    event.preventDefault();
  });
  new ResizeObserver(([entry]) => {
    if (Math.abs(entry.contentRect.width - width) < 0.5) return;
    width = entry.contentRect.width;
    if (looking) show(...latest);
  }).observe(svg);
  return { node, show };
}

/** The photo, or a grid whose lines are a round number of samples apart. */
function pictureOf(image, wide, tall, strip) {
  if (image && !strip) {
    return shape("image", { href: image, x: 0, y: 0, width: wide, height: tall, preserveAspectRatio: "none" });
  }
  const ground = shape("rect", { class: "ground", x: 0, y: 0, width: wide, height: tall });
  const step = gridStep(Math.max(wide, tall));
  const lines = [];
  for (let x = step; x < wide; x += step) lines.push(`M${x} 0V${tall}`);
  for (let y = step; y < tall; y += step) lines.push(`M0 ${y}H${wide}`);
  return shape("g", {}, ground, shape("path", { class: "gridlines", d: lines.join("") }));
}

const pairsOf = (runs) => Array.from({ length: runs.length / 2 }, (_, k) => [runs[2 * k], runs[2 * k + 1]]);

const runsKey = (runs) =>
  pairsOf(runs)
    .map((pair) => pair.join(","))
    .join(" ");

/** The holes in the dimming: all samples that are really read, or their hull where those are too many. */
function piecesOf(rows, columns) {
  let [down, across] = [rows ? pairsOf(rows.runs) : [[0, 0]], pairsOf(columns.runs)];
  if (down.length * across.length > MOST_PIECES) {
    down = rows?.clipped ? [rows.clipped] : [[0, 0]];
    across = columns.clipped ? [columns.clipped] : [];
  }
  return down.flatMap(([y0, y1]) => across.map(([x0, x1]) => `M${x0} ${y0}V${y1 + 1}H${x1 + 1}V${y0}z`)).join("");
}

/** What of a region lies outside the input, as up to four pieces. */
function outsideOf([y0, y1], [x0, x1], wide, tall) {
  const piece = (left, top, right, bottom) =>
    right > left && bottom > top ? `M${left} ${top}H${right}V${bottom}H${left}z` : "";
  const [right, bottom] = [x1 + 1, y1 + 1];
  const [innerTop, innerBottom] = [Math.min(Math.max(y0, 0), bottom), Math.max(Math.min(bottom, tall), y0)];
  return [
    piece(x0, y0, right, Math.min(bottom, 0)),
    piece(x0, Math.max(y0, tall), right, bottom),
    piece(x0, innerTop, Math.min(right, 0), innerBottom),
    piece(Math.max(x0, wide), innerTop, right, innerBottom),
  ].join("");
}

/** What is seen besides on one side: everything before, everything after. */
function sidesOf(rows, columns, wide, tall) {
  const reach = (axis, n) => {
    if (!axis?.region) return [[0, n]];
    const [first, last] = [Math.max(axis.region[0], 0), Math.min(axis.region[1] + 1, n)];
    const found = [];
    if (axis.side === "before" || axis.side === "both") found.push([0, first]);
    if (axis.side === "after" || axis.side === "both") found.push([last, n]);
    return found;
  };
  if (!rows?.side && !columns.side) return "";
  const down = rows?.side
    ? reach(rows, tall)
    : [[rows?.region ? rows.region[0] : 0, rows?.region ? rows.region[1] + 1 : 1]];
  const across = columns.side ? reach(columns, wide) : [[columns.region[0], columns.region[1] + 1]];
  return down.flatMap(([y0, y1]) => across.map(([x0, x1]) => `M${x0} ${y0}H${x1}V${y1}H${x0}z`)).join("");
}

/** The numbers at the edge of the drawing: the input's ends, and those of what is lit, where they have room. */
function ruled(ruler, [start, end], n, bounds, sample, side, clipped, length) {
  const spotOf = (at) => Math.min(Math.max((at - start) / (end - start), 0), 1);
  const room = (text) => (side === "left" ? 7.4 * text.length + 8 : 18) / (length || 1);
  const seated = (text, kind, spot) => {
    const [half, end] = [room(text) / 2, spot < 0.04 ? " first" : spot > 0.96 ? " last" : ""];
    const middle = end === " first" ? spot + half : end ? spot - half : spot;
    return { text, kind: kind + end, spot, from: middle - half, to: middle + half };
  };
  const apart = (one, other) => one.to <= other.from || other.to <= one.from;
  const labels = litLabels(bounds, sample, clipped).map(([text, kind, at]) => seated(text, kind, spotOf(at)));
  const [first, last] = labels;
  if (last && !apart(first, last)) {
    const both = `${first.text}…${last.text}`;
    labels.splice(
      0,
      2,
      seated(side === "left" || both.length < 7 ? both : first.text, "lit", (first.spot + last.spot) / 2),
    );
  }
  for (const [value, at] of [
    [0, 0],
    [n - 1, n],
  ]) {
    const label = seated(figure(value), "", spotOf(at));
    if (labels.every((other) => apart(label, other))) labels.push(label);
  }
  ruler.replaceChildren(
    ...labels.map(({ text, kind, spot }) => {
      const label = element("span", { class: kind }, text);
      label.style[side] = `${spot * 100}%`;
      return label;
    }),
  );
}

/** The numbers of what is lit: its first and last sample, paler where they lie in the padding; or the sample pointed at. */
function litLabels(bounds, sample, clipped) {
  if (!bounds) return sample === undefined ? [] : [[figure(sample), "lit", sample + 0.5]];
  const kind = (end) => (clipped && clipped[end] === bounds[end] ? "lit" : "lit outside");
  return [
    [figure(bounds[0]), kind(0), bounds[0]],
    [figure(bounds[1]), kind(1), bounds[1] + 1],
  ];
}
