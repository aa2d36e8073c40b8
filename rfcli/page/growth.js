/** How fields grow, layer by layer, for all networks in one chart. */

import { shape, element } from "./build.js";
import { MARGIN, axisLeft, chartOf, scaleOf, textMark, ticksOf } from "./charts.js";
import { textAlong } from "./data.js";
import { figure } from "./words.js";

const HIGH = 340;
/** An input that is so many times as large as any field makes the axis one of powers of ten. */
const MOST_INPUT = 5;

/** Sizes of a network's fields along an axis, by place in the order of execution. */
function sizesAlong(network, axis) {
  const places = network.order.filter((at) => !network.nodes[at].hidden && at >= network.inputs);
  const size = (at) => {
    const value = Number(textAlong(network, at, "size", axis));
    return network.nodes[at].seen !== null && value > 0 ? value : null;
  };
  return places.map((at, place) => ({ at, place, size: size(at) })).filter((point) => point.size !== null);
}

/** A line for each growth of a network: one where all axes grow alike. */
export function growthOf(network) {
  const along = network.axes.map((_, axis) => sizesAlong(network, axis));
  const keys = along.map((points) => points.map((point) => point.size).join());
  const lines = keys.map((key, axis) => (keys.indexOf(key) === axis ? axis : -1)).filter((axis) => axis >= 0);
  return lines.map((axis) => {
    const axes = network.axes.map((_, other) => other).filter((other) => keys[other] === keys[axis]);
    const inputs = axes
      .map((other) => ({ n: network.nodes[network.origin].size[other], word: network.plural[other] }))
      .filter(({ n }) => Number.isInteger(n));
    const points = along[axis];
    const longest = Math.max(...inputs.map(({ n }) => n), 0);
    return {
      points,
      inputs,
      path: widestPath(network, points),
      first: longest ? (points.find((point) => point.size >= longest) ?? null) : null,
      words: lines.length > 1 ? axes.map((other) => network.plural[other]).join(", ") : "",
    };
  });
}

/** From the last layer with the largest field back along its widest input. */
function widestPath(network, points) {
  const of = new Map(points.map((point) => [point.at, point]));
  const widest = (some) => some.reduce((best, point) => (best && best.size > point.size ? best : point), null);
  const path = [];
  for (
    let at = widest(points);
    at;
    at = widest(network.nodes[at.at].from.map((source) => of.get(source)).filter(Boolean))
  )
    path.push(at);
  return path.reverse();
}

/** Makes the chart. `choose(n, layer)` is called when a layer is clicked. */
export function growthView(networks, choose) {
  const series = networks
    .flatMap((network, n) =>
      growthOf(network).map((one, nth) => ({
        n,
        nth,
        name: [networks.length > 1 ? network.name : "", one.words].filter(Boolean).join(", "),
        ...one,
      })),
    )
    .filter((one) => one.points.length);
  if (!series.length) return { node: element("p", { class: "empty" }, "No layer's field is known."), show() {} };
  const note = element("p", { class: "chartnote" });
  let [looked, near] = [networks.map(() => -1), null];
  const says = "Size of the receptive field by layer. " + series.map(spokenLine).join("; ");
  const chart = chartOf(says, (width) => drawing(width));
  let spots = [];

  function drawing(width) {
    const most = Math.max(...series.map((one) => one.points[one.points.length - 1].place + 1));
    const sizes = series.flatMap((one) => one.points.map((point) => point.size));
    const inputs = [...new Set(series.flatMap((one) => one.inputs.map(({ n }) => n)))];
    const largest = Math.max(...sizes);
    const powers = Math.max(...inputs, 0) > MOST_INPUT * largest || largest > 5000;
    const high = Math.max(largest, ...inputs) * 1.06;
    const x = scaleOf([0, Math.max(most - 1, 1)], [MARGIN.left + 6, width - MARGIN.right - 6]);
    const y = scaleOf([powers ? 1 : 0, high], [HIGH - MARGIN.bottom, MARGIN.top + 8], powers);
    spots = series.flatMap((one) => one.points.map((point) => ({ x: x(point.place), y: y(point.size), one, point })));
    const parts = [
      ...axisLeft(y, ticksOf([powers ? 1 : 0, high], 5, powers ? "powers" : "whole"), width, "field, samples"),
      ...scopesBelow(networks, series, x, width),
    ];
    for (const n of inputs) {
      parts.push(
        shape("path", { class: "inputline", d: `M${MARGIN.left} ${y(n)}H${width - MARGIN.right}` }),
        textMark(MARGIN.left + 8, y(n) - 6, `input ${figure(n)}`, "tick", "start"),
      );
    }
    for (const one of series) parts.push(...seriesMarks(one, x, y, width));
    for (const spot of spots)
      if (looked[spot.one.n] === spot.point.at)
        parts.push(shape("circle", { class: "looked", cx: spot.x, cy: spot.y, r: 5.5 }));
    if (near) parts.push(shape("circle", { class: "near", cx: x(near.point.place), cy: y(near.point.size), r: 4.5 }));
    return { height: HIGH, parts };
  }

  const nearest = (event) => {
    const box = chart.svg.getBoundingClientRect();
    const [px, py] = [event.clientX - box.left, event.clientY - box.top];
    const away = (spot) => Math.abs(spot.x - px) + Math.abs(spot.y - py) / 4;
    return spots.reduce((best, spot) => (best && away(best) <= away(spot) ? best : spot), null);
  };
  chart.svg.addEventListener("pointermove", (event) => {
    near = nearest(event);
    note.textContent = `${near.one.name ? `${near.one.name}: ` : ""}${networks[near.one.n].nodes[near.point.at].name} sees ${figure(near.point.size)}`;
    chart.anew();
  });
  chart.svg.addEventListener("pointerleave", () => {
    near = null;
    note.textContent = defaultNote(networks, series);
    chart.anew();
  });
  chart.svg.addEventListener("click", (event) => {
    const spot = nearest(event);
    if (spot) choose(spot.one.n, spot.point.at);
  });
  note.textContent = defaultNote(networks, series);
  return {
    node: element("figure", { class: "growth" }, chart.node, note),
    show(n, place) {
      if (looked[n] === place.layer) return;
      looked[n] = place.layer;
      chart.anew();
    },
  };
}

/** What a line is, for those who do not see it. */
function spokenLine({ name, points, inputs }) {
  const largest = Math.max(...points.map((point) => point.size));
  const input = inputs.length ? `, input ${[...new Set(inputs.map(({ n }) => n))].join(" × ")}` : "";
  return `${name ? `${name}: ` : ""}from ${points[0].size} to ${largest} samples${input}`;
}

function seriesMarks(one, x, y, width) {
  const kind = `series-${one.n % 4}${one.nth ? " other" : ""}`;
  const line = one.path.map((point, at) => `${at ? "L" : "M"}${x(point.place)} ${y(point.size)}`).join("");
  const onPath = new Set(one.path.map((point) => point.at));
  const dots = one.points
    .filter((point) => !onPath.has(point.at))
    .map((point) => `M${x(point.place)} ${y(point.size)}h0`)
    .join("");
  const marks = [
    shape("path", { class: `dots ${kind}`, d: dots || "M0 0" }),
    shape("path", { class: `grown ${kind}`, d: line }),
  ];
  const end = one.path[one.path.length - 1];
  if (one.name)
    marks.push(
      textMark(
        Math.min(x(end.place), width - MARGIN.right) - 4,
        y(end.size) - 9,
        one.name,
        `seriesname ${kind}`,
        "end",
      ),
    );
  if (one.first) {
    const [fx, fy] = [x(one.first.place), y(one.first.size)];
    marks.push(
      shape("path", { class: `border ${kind}`, d: `M${fx} ${HIGH - MARGIN.bottom}V${fy}` }),
      shape("circle", { class: `borderdot ${kind}`, cx: fx, cy: fy, r: 4 }),
    );
  }
  return marks;
}

function defaultNote(networks, series) {
  const found = series.filter((one) => one.first);
  if (!found.length) return "Dots are layers beside the widest path.";
  return found
    .map(
      (one) =>
        `${one.name ? `${one.name}: ` : ""}${networks[one.n].nodes[one.first.at].name} is the first layer that sees as much as the input is long.`,
    )
    .join(" ");
}

/** The outermost scopes below the chart, where there is room for their names. */
function scopesBelow(networks, series, x, width) {
  const bottom = HIGH - MARGIN.bottom;
  const parts = [shape("path", { class: "axis", d: `M${MARGIN.left} ${bottom}H${width - MARGIN.right}` })];
  if (networks.length > 1)
    return [...parts, textMark(width - MARGIN.right, bottom + 18, "layers in order →", "tick", "end")];
  const [network] = networks;
  const places = network.order.filter((at) => !network.nodes[at].hidden && at >= network.inputs);
  const heads = places.map((at) => network.nodes[at].name.split("/")[0]);
  let start = 0;
  for (let place = 1; place <= heads.length; place += 1) {
    if (heads[place] === heads[start]) continue;
    const [left, right] = [x(start), x(place - 1)];
    const name = heads[start];
    if (right - left > 7 * name.length + 6) {
      parts.push(
        shape("path", { class: "scopeline", d: `M${left} ${bottom + 6}H${right}` }),
        textMark((left + right) / 2, bottom + 22, name, "tick"),
      );
    }
    start = place;
  }
  return parts;
}
