/** Maps and inputs as planes: one strip, one picture, or three slices that are linked. */

/**
 * The pairs of axes that are drawn, [down, along]; a strip has no axis that goes down. Three slices stand as in a drawing
 * of three views: at the right one with the same rows, below one with the same columns.
 */
export function planesOf(count) {
  if (count === 1) return [[null, 0]];
  if (count === 2) return [[0, 1]];
  return [
    [1, 2],
    [1, 0],
    [0, 2],
  ];
}

/** How many cells of a map are drawn along an axis, before they are drawn as blocks. */
const MOST = { 1: 128, 2: 64, 3: 48 };

/**
 * The cells, or the blocks, that a part of an axis is drawn as.
 * @param {[number, number]} part @param {number} axes  how many axes the map has
 * @returns {[number, number][]}
 */
export function segmentsOf([first, last], axes) {
  const length = last - first + 1;
  const step = length <= MOST[axes] ? 1 : 2 ** Math.ceil(Math.log2(length / (axes === 1 ? 32 : 8)));
  const found = [];
  for (let at = first; at <= last; at += step) found.push([at, Math.min(at + step - 1, last)]);
  return found;
}

/** The part of a map that is to be looked into for an output to be drawn as a cell; null for all of the map. */
export function insideFor(sizes, at) {
  let inside = sizes.map((n) => [0, n - 1]);
  for (;;) {
    const within = inside.map((part, axis) => segmentsOf(part, sizes.length).find(([, last]) => at[axis] <= last));
    const next = inside.map((part, axis) => (within[axis][0] === within[axis][1] ? part : within[axis]));
    if (next.every((part, axis) => part === inside[axis])) break;
    inside = next;
  }
  return inside.every(([first, last], axis) => first === 0 && last === sizes[axis] - 1) ? null : inside;
}

/** Where a pointer is on a drawing, in the units of its view box. */
export function spotOn(svg, event) {
  const box = svg.getBoundingClientRect();
  const { x, y, width, height } = svg.viewBox.baseVal;
  return [y + ((event.clientY - box.top) / box.height) * height, x + ((event.clientX - box.left) / box.width) * width];
}

let [lastX, lastY] = [Number.NaN, Number.NaN];

/** Whether a pointer has moved: browsers also tell of one at rest when what lies below it changes. */
export function hasMoved(event) {
  const moved = event.clientX !== lastX || event.clientY !== lastY;
  [lastX, lastY] = [event.clientX, event.clientY];
  return moved;
}

/** Forgets where the pointer was: it has left what is pointed at. */
export function hasLeft() {
  [lastX, lastY] = [Number.NaN, Number.NaN];
}

/** What an arrow key moves: an axis of the plane, and by how much; null for other keys. */
export function stepOf(event, [down, along]) {
  const far = event.shiftKey ? 10 : 1;
  const steps = {
    ArrowUp: [down ?? along, -far],
    ArrowDown: [down ?? along, far],
    ArrowLeft: [along, -far],
    ArrowRight: [along, far],
  };
  return steps[event.key] ?? null;
}

/** A place moved along an axis, kept on the map. */
export const movedAlong = (place, axis, by, sizes) =>
  place.map((one, other) => (other === axis ? Math.min(Math.max(one + by, 0), sizes[axis] - 1) : one));
