/** The map of the looked-at layer: a cell for each output, or blocks of them that can be entered. */

import { element, freshId, mark, shape, shown } from "./build.js";
import { remembered } from "./data.js";
import { frameOf } from "./frame.js";
import { clippedOf, regionOf } from "./geometry.js";
import { hasLeft, hasMoved, insideFor, movedAlong, planesOf, segmentsOf, spotOn, stepOf } from "./planes.js";
import { boundsKey, placeKey } from "./words.js";

const SHADES = 4;
/** Cells are named, for those who listen, when a slice has rested so many milliseconds. */
const RESTED = 200;
/** What is pointed at is drawn no smaller than this part of a strip, or of a map. */
const [THINNEST, SMALLEST] = [240, 80];

/**
 * Makes the map. `act(change)` tells what the reader does: {at}, {hold}, {inside}, {leave}.
 * @returns {{node: HTMLElement, show: (place: object, lit: object) => void}}
 */
export function mapView(network, act) {
  const axes = network.axes.length;
  const planes = planesOf(axes).map((pair) => mapPlane(network, pair, act));
  const views =
    axes === 3
      ? element(
          "div",
          { class: "views" },
          planes.map((plane) => plane.node),
          viewsNote(network),
        )
      : planes[0].node;
  const back = element(
    "button",
    { type: "button", class: "quiet", click: () => act({ inside: null }) },
    "← the whole map",
  );
  const part = element("span", { class: "part" });
  const way = element("p", { class: "backway" }, back, part);
  const none = element("p", { class: "empty" });
  const node = element("div", { class: `map axes-${axes}` }, way, views, none);
  return {
    node,
    show(place, lit) {
      const sizes = network.nodes[place.layer].size;
      const drawable = network.point === true && sizes.every(Number.isInteger);
      shown(way, drawable && place.inside !== null);
      if (place.inside) part.textContent = partText(network, place.inside, sizes);
      shown(none, !drawable);
      shown(views, drawable);
      if (drawable && axes === 3) views.style.gridTemplateColumns = viewColumns(sizes);
      for (const plane of planes) {
        if (drawable) plane.show(place, lit);
      }
      if (!drawable) none.textContent = whyNoMap(network, sizes);
    },
  };
}

/** Which part of a map is looked into: along the axes that it does not show all of. */
const partText = ({ plural }, inside, sizes) =>
  inside
    .map(([first, last], axis) => (last - first + 1 < sizes[axis] ? `${plural[axis]} ${first} to ${last}` : ""))
    .filter(Boolean)
    .join(", ");

/** The widths of the two columns of three views, whose scale is one. */
export const viewColumns = ([planes, , columns]) => `minmax(0, ${columns}fr) minmax(0, ${planes}fr)`;

/** What the three views are, in the corner that they leave. */
export const viewsNote = ({ plural }) =>
  element(
    "p",
    { class: "viewsnote", "aria-hidden": "true" },
    `${plural[1]} ↓ ${plural[2]} →`,
    element("br"),
    `at the right and below: ${plural[0]}`,
  );

function whyNoMap(network, sizes) {
  const unknown = sizes.find((size) => !Number.isInteger(size));
  return `The map of this layer cannot be drawn: ${network.point.unknown ?? unknown?.unknown ?? "its size is not known"}.`;
}

/** One plane of the map: a grid that is pointed at, clicked and walked with the arrow keys. */
function mapPlane(network, pair, act) {
  const [down, along] = pair;
  const name = freshId("map");
  const cells = shape("g", { class: "cells", role: "none" });
  const seeing = shape("rect", { class: "seeing" });
  const cursor = shape("rect", { class: "cursor" });
  const svg = shape(
    "svg",
    { class: "cellmap", role: "grid", tabindex: "0", preserveAspectRatio: "none", "aria-readonly": "true" },
    cells,
  );
  // The marks are a drawing of their own, so that the cells need not be painted anew when one points.
  const above = shape("svg", { class: "above", preserveAspectRatio: "none", "aria-hidden": "true" }, seeing, cursor);
  const stack = element("div", { class: "stack" }, svg, above);
  let [drawn, placed, looking, rows, columns, naming] = ["", "", null, [], [], 0];

  function show(place, lit) {
    looking = place;
    const sizes = network.nodes[place.layer].size;
    const inside = place.inside ?? sizes.map((n) => [0, n - 1]);
    [rows, columns] = [
      down === null ? [[0, 0]] : segmentsOf(inside[down], sizes.length),
      segmentsOf(inside[along], sizes.length),
    ];
    const fixed = sizes.map((n, axis) => (axis === down || axis === along ? 0 : (place.at?.[axis] ?? n >> 1)));
    const key = JSON.stringify([place.layer, inside]);
    if (key !== drawn) {
      drawn = key;
      cellsOf(network, place.layer, pair, rows, columns, cells, name);
      const [top, bottom] = [rows[0][0], rows[rows.length - 1][1] + 1];
      const [left, right] = [columns[0][0], columns[columns.length - 1][1] + 1];
      for (const one of [svg, above]) mark(one, "viewBox", `${left} ${top} ${right - left} ${bottom - top}`);
      if (down !== null) sized(stack, right - left, bottom - top, network.axes.length);
      if (down === null) alignedWithInput(stack, network, place);
      mark(svg, "aria-label", mapName(network, place.layer, pair));
      mark(svg, "data-map", network.nodes[place.layer].name);
      mark(svg, "aria-rowcount", rows.length);
      mark(svg, "aria-colcount", columns.length);
    }
    if (placed !== `${key} ${fixed}`) {
      placed = `${key} ${fixed}`;
      placeCells(cells, pair, rows, columns, fixed);
      clearTimeout(naming);
      naming = setTimeout(() => cells.querySelectorAll(".cell").forEach(nameCell), RESTED);
      mark(
        svg,
        "data-window",
        windowKey(fixed, pair, [rows[0][0], rows[rows.length - 1][1]], [columns[0][0], columns[columns.length - 1][1]]),
      );
    }
    point(place);
    markSeeing(lit, place);
  }

  function point(place) {
    shown(cursor, Boolean(place.at));
    svg.removeAttribute("aria-activedescendant");
    mark(cursor, "data-at", place.at && placeKey(place.at));
    if (!place.at) return;
    const [y, x] = [down === null ? 0 : place.at[down], place.at[along]];
    const length = columns[columns.length - 1][1] + 1 - columns[0][0];
    const wide = Math.max(length / (down === null ? THINNEST : SMALLEST), 1);
    const tall = down === null ? 1 : wide;
    laid(cursor, x + (1 - wide) / 2, y + (1 - tall) / 2, wide, tall);
    cursor.classList.toggle("held", place.hold);
    const [row, column] = [rows.findIndex(holding(y)), columns.findIndex(holding(x))];
    if (row < 0 || column < 0) return;
    nameCell(cells.children[row].children[column]);
    mark(svg, "aria-activedescendant", `${name}-${row}-${column}`);
  }

  function markSeeing(lit, place) {
    const found = lit.kind === "sample" ? lit.of(place.layer) : null;
    const some = found && found.axes.every((axis) => axis.clipped);
    shown(seeing, Boolean(some));
    mark(
      seeing,
      "data-outputs",
      found && !found.axes.some((axis) => axis.unknown) ? boundsKey(found.axes.map((axis) => axis.clipped)) : null,
    );
    if (!some) return;
    const [y0, y1] = down === null ? [0, 0] : found.axes[down].clipped;
    const [x0, x1] = found.axes[along].clipped;
    laid(seeing, x0, y0, x1 - x0 + 1, y1 - y0 + 1);
  }

  /** The output under a pointer: the very one, even where blocks are drawn. */
  function under(event) {
    const sizes = network.nodes[looking.layer].size;
    const [y, x] = spotOn(svg, event).map(Math.floor);
    const at = looking.at ? [...looking.at] : sizes.map((n) => n >> 1);
    if (down !== null) at[down] = Math.min(Math.max(y, rows[0][0]), rows[rows.length - 1][1]);
    at[along] = Math.min(Math.max(x, columns[0][0]), columns[columns.length - 1][1]);
    return at;
  }

  function blockAt(at) {
    const sizes = network.nodes[looking.layer].size;
    const inside = (looking.inside ?? sizes.map((n) => [0, n - 1])).map((part) => [...part]);
    const [row, column] = [down === null ? [0, 0] : rows.find(holding(at[down])), columns.find(holding(at[along]))];
    if (row[0] === row[1] && column[0] === column[1]) return null;
    if (down !== null && row[0] !== row[1]) inside[down] = row;
    if (column[0] !== column[1]) inside[along] = column;
    return inside;
  }

  svg.addEventListener("pointermove", (event) => {
    if (hasMoved(event) && looking && !looking.hold && event.pointerType !== "touch") act({ at: under(event) });
  });
  svg.addEventListener("pointerleave", hasLeft);
  svg.addEventListener("click", (event) => {
    const at = under(event);
    const block = blockAt(at);
    if (block) act({ at, inside: block });
    else act({ at, hold: !(looking.hold && placeKey(at) === placeKey(looking.at ?? [])) });
  });
  svg.addEventListener("keydown", (event) => {
    const sizes = network.nodes[looking.layer].size;
    const at = looking.at ?? sizes.map((n) => n >> 1);
    const third = sizes.length === 3 ? [0, 1, 2].find((axis) => axis !== down && axis !== along) : null;
    const paged = { PageUp: -1, PageDown: 1 }[event.key];
    const step = third !== null && paged ? [third, paged] : stepOf(event, pair);
    if (step) {
      const [axis, by] = step;
      const segments = axis === down ? rows : axis === along ? columns : [[0, 0]];
      const block = segments.some(([first, last]) => first !== last) ? segments[0][1] - segments[0][0] + 1 : 1;
      const next = movedAlong(at, axis, by * block, sizes);
      act({
        at: next,
        inside: block > 1 || !looking.inside ? looking.inside : insideFor(sizes, next),
        hold: looking.hold,
      });
    } else if (event.key === "Enter" || event.key === " ") {
      const block = blockAt(at);
      act(block ? { at, inside: block } : { at, hold: !looking.hold });
    } else return;
    event.preventDefault();
  });

  return { node: element("div", { class: "plane" }, stack), show };
}

/** The first and the last cell that a plane shows, as a mark's attribute has them. */
export function windowKey(fixed, [down, along], rows, columns) {
  const end = (k) => fixed.map((one, axis) => (axis === down ? rows[k] : axis === along ? columns[k] : one));
  return `${placeKey(end(0))};${placeKey(end(1))}`;
}

const holding =
  (one) =>
  ([first, last]) =>
    first <= one && one <= last;

function mapName(network, number, [down, along]) {
  const { name, size } = network.nodes[number];
  const word = (axis) => `${size[axis]} ${network.plural[axis]}`;
  return `Outputs of ${name}: ${down === null ? word(along) : `${word(down)}, ${word(along)}`}`;
}

function laid(rect, x, y, width, height) {
  for (const [key, value] of Object.entries({ x, y, width, height })) mark(rect, key, value);
}

/** Gives a drawing the shape of what it shows; few cells stay small. */
function sized(stack, width, height, axes) {
  stack.style.aspectRatio = `${width} / ${height}`;
  if (axes === 2)
    stack.style.maxWidth = `min(100%, ${Math.max(width * 56, 96)}px, calc(var(--tall) * ${width / height}))`;
}

/** Puts a strip above the part of the input's drawing that is not padding: both then have one scale. */
function alignedWithInput(svg, network, place) {
  const [[start, end]] = place.inside ? [[0, 1]] : frameOf(network, place.layer);
  const n = place.inside ? 1 : network.nodes[network.origin].size[0];
  svg.style.marginInlineStart = `${(-start / (end - start)) * 100}%`;
  svg.style.width = `${(n / (end - start)) * 100}%`;
}

/** Draws the cells of a plane, or its blocks, with rows for those who listen. */
function cellsOf(network, number, [down, along], rows, columns, cells, stem) {
  const layer = network.nodes[number].name;
  const inside = (axis) => (axis === null ? null : sharesInside(network, number, axis));
  const [shareDown, shareAlong] = [inside(down), inside(along)];
  const share = (shares, [first, last]) => (shares ? shares[(first + last) >> 1] : 1);
  const cell = (row, column, id) =>
    shape("rect", {
      x: column[0],
      y: row[0],
      width: column[1] - column[0] + 1,
      height: row[1] - row[0] + 1,
      class: `cell shade-${Math.round(share(shareDown, row) * share(shareAlong, column) * SHADES)}`,
      id,
      role: "gridcell",
      "data-layer": layer,
    });
  const lines = rows.map((row, r) =>
    shape(
      "g",
      { role: "row", "aria-rowindex": r + 1 },
      columns.map((column, c) => cell(row, column, `${stem}-${r}-${c}`)),
    ),
  );
  cells.replaceChildren(...lines);
}

/** Marks each cell, or block, with the outputs that it is: those of a slice change with where it cuts. */
function placeCells(cells, [down, along], rows, columns, fixed) {
  const place = [...fixed];
  const keyOf = (y, x) => {
    if (down !== null) place[down] = y;
    place[along] = x;
    return placeKey(place);
  };
  let line = cells.firstElementChild;
  for (const row of rows) {
    let cell = line.firstElementChild;
    for (const column of columns) {
      const first = keyOf(row[0], column[0]);
      if (row[0] === row[1] && column[0] === column[1]) cell.setAttribute("data-output", first);
      else cell.setAttribute("data-block", `${first};${keyOf(row[1], column[1])}`);
      cell = cell.nextElementSibling;
    }
    line = line.nextElementSibling;
  }
}

/** Names a cell, or a block, by its mark. */
function nameCell(cell) {
  const { output, block } = cell.dataset;
  const spaced = (place) => place.replaceAll(",", ", ");
  mark(
    cell,
    "aria-label",
    output ? `output ${spaced(output)}` : `outputs ${block.split(";").map(spaced).join(" to ")}`,
  );
}

/** For each output along an axis, how much of its region lies on the input, from 0 to 1. */
function sharesInside(network, number, axis) {
  const node = network.nodes[number];
  return remembered(network, `shares ${node.seen} ${axis} ${node.size[axis]}`, () => {
    const found = new Float32Array(node.size[axis]);
    const length = (bounds) => (Array.isArray(bounds) ? bounds[1] - bounds[0] + 1 : 0);
    for (let o = 0; o < found.length; o += 1) {
      const [region, clipped] = [regionOf(network, number, axis, o), clippedOf(network, number, axis, o)];
      found[o] = length(region) ? length(clipped) / length(region) : clipped ? 1 : 0;
    }
    return found;
  });
}
