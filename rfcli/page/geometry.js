/**
 * What an output covers and reads, and which outputs see a sample: the engine's numbers, put together.
 *
 * Nothing here knows of the page. One axis at a time: a map is a product of its axes. `o` is an output's place, `i` an
 * input's. A set of samples is a flat list of runs, [first, last, first, last, ...], in order and apart.
 *
 * @typedef {[number, number] | null} Bounds  first and last sample, both inside; null where there are none
 * @typedef {number[]} Runs
 * @typedef {{unknown: string}} Unknown
 * @typedef {{shift: number, phases: ([number, number, number] | null)[], kept?: string[]}} Reads
 */

import { remembered } from "./data.js";

/** Sides of a layer: it sees all before, or all after what it reads; or all of its input besides. */
const [SEES_BEFORE, SEES_AFTER, SEES_ALL] = [1, 2, 3];

/** What the reason is, where something is not known. */
export const reasonOf = (value) => (value && typeof value === "object" && "unknown" in value ? value.unknown : null);

/** What is left when `a` is divided by `n`, never negative: `-1` is the last phase. */
export const remainder = (a, n) => ((a % n) + n) % n;

const moved = (bounds, by) => (bounds ? [bounds[0] + by, bounds[1] + by] : null);

/** The smallest bounds around two. */
export const hull = (one, other) =>
  one && other ? [Math.min(one[0], other[0]), Math.max(one[1], other[1])] : one || other;

/** Where two bounds overlap. */
export function overlap(one, other) {
  if (!one || !other) return null;
  const first = Math.max(one[0], other[0]);
  const last = Math.min(one[1], other[1]);
  return first <= last ? [first, last] : null;
}

/** The region of output `o` on the unbounded map: number `at` of `fields`. @returns {Bounds | Unknown} */
export function boundsOf(fields, at, o) {
  const field = fields[at];
  if (reasonOf(field)) return field;
  if (field.parts) return field.parts.map((part) => boundsOf(fields, part, o)).reduce(hull, null);
  if (field.regions) return field.regions[o] ?? null;
  const phase = remainder(o, field.phases.length);
  return moved(field.phases[phase], ((o - phase) / field.phases.length) * field.shift);
}

/** How many outputs pass before a field repeats; 1 where every output sees alike. */
export const periodOf = (field) => field?.phases?.length ?? 1;

/** Runs in order and apart: `runs` may overlap and stand in any order. @returns {Runs} */
export function tidied(runs) {
  let sorted = true;
  for (let k = 2; k < runs.length && sorted; k += 2) sorted = runs[k] >= runs[k - 2];
  if (!sorted) {
    const pairs = [];
    for (let k = 0; k < runs.length; k += 2) pairs.push([runs[k], runs[k + 1]]);
    runs = pairs.sort((a, b) => a[0] - b[0]).flat();
  }
  const found = [];
  for (let k = 0; k < runs.length; k += 2) {
    const end = found.length - 1;
    if (end > 0 && runs[k] <= found[end] + 1) found[end] = Math.max(found[end], runs[k + 1]);
    else found.push(runs[k], runs[k + 1]);
  }
  return found;
}

/** The first and the last sample of a set. @returns {Bounds} */
export const endsOf = (runs) => (runs?.length ? [runs[0], runs[runs.length - 1]] : null);

/** How many samples a set has. */
export function countOf(runs) {
  let count = 0;
  for (let k = 0; k < runs.length; k += 2) count += runs[k + 1] - runs[k] + 1;
  return count;
}

/** What a layer reads of its input for a set of its outputs. @param {Runs} outputs @param {Reads} reads @returns {Runs} */
export function readBy(outputs, reads) {
  const found = [];
  const period = reads.phases.length;
  for (let k = 0; k < outputs.length; k += 2) {
    const [first, last] = [outputs[k], outputs[k + 1]];
    if (period === 1 && reads.phases[0] && !keptBits(reads, 0)) {
      readByRun(first, last, reads.phases[0], reads.shift, found);
      continue;
    }
    for (let o = first; o <= last; o += 1) {
      const phase = remainder(o, period);
      const taps = reads.phases[phase];
      if (taps) readByOne(taps, ((o - phase) / period) * reads.shift, keptBits(reads, phase), found);
    }
  }
  return tidied(found);
}

/** Which taps of a phase a mask leaves; 0n for all of them. */
const keptBits = (reads, phase) => (reads.kept ? BigInt(reads.kept[phase]) : 0n);

/** What neighbouring outputs read, all by the same taps: one run wherever the taps leave no gap. */
function readByRun(first, last, [tap, end, step], shift, found) {
  const outputs = last - first + 1;
  const taps = Math.floor((end - tap) / step) + 1;
  if (step === 1 && (shift <= taps || outputs === 1)) found.push(first * shift + tap, last * shift + end);
  else if (shift === 1 && step <= outputs) found.push(first + tap, last + end);
  else for (let o = first; o <= last; o += 1) readByOne([tap, end, step], o * shift, 0n, found);
}

/** What one output reads. */
function readByOne([tap, end, step], by, kept, found) {
  if (step === 1 && !kept) found.push(tap + by, end + by);
  else {
    for (let place = tap, bit = 0n; place <= end; place += step, bit += 1n) {
      if (!kept || (kept >> bit) & 1n) found.push(place + by, place + by);
    }
  }
}

/** The sample of a map that stands at a place beside it. `border` says what padding is made of. */
export function standsAt({ mode, kept: [first, stop] }, place) {
  const n = stop - first;
  const at = place - first;
  if (mode === "circular") return first + remainder(at, n);
  if (mode === "replicate") return first + Math.min(Math.max(at, 0), n - 1);
  const once = mode === "reflect" ? 1 : 0;
  const turn = Math.max(2 * n - 2 * once, 1);
  const back = remainder(at, turn);
  return first + Math.min(back, turn - back - 1 + once);
}

/**
 * What of a set is on the map: its own samples, and those that stand in the padding.
 * @param {Runs} runs @param {number} n @param {object | null} border
 */
export function onMap(runs, n, border) {
  const found = [];
  for (let k = 0; k < runs.length; k += 2) {
    const [first, last] = [Math.max(runs[k], 0), Math.min(runs[k + 1], n - 1)];
    if (first <= last) found.push(first, last);
  }
  if (!border) return found;
  for (const [start, stop] of border.added) {
    for (let k = 0; k < runs.length; k += 2) {
      for (let place = Math.max(runs[k], start); place <= Math.min(runs[k + 1], stop - 1); place += 1) {
        const sample = standsAt(border, place);
        found.push(sample, sample);
      }
    }
  }
  return tidied(found);
}

/** What a layer that sees all before, or all after, reads besides: from where its taps end to the end of the map. */
function withSide(runs, taps, side, n) {
  if (!taps.length || (side !== SEES_BEFORE && side !== SEES_AFTER)) return runs;
  const besides = side === SEES_BEFORE ? [0, Math.min(taps[taps.length - 1], n - 1)] : [Math.max(taps[0], 0), n - 1];
  return besides[0] <= besides[1] ? tidied([...runs, ...besides]) : runs;
}

/**
 * One output carried back along an axis: for every layer before it, which of its outputs are read.
 *
 * Ways on which only global layers lead on to the origin count as local where the output sees nothing else of it. `how` is "open" (the unbounded map: padding counts as samples), "read" (what is on the map, but for the other side of
 * a circular border) or "around" (that as well). `whole[n]` has what is read through global layers.
 * @returns {{local: (Runs | undefined)[], whole: (Runs | undefined)[]}}
 */
export function carriedBack(network, number, axis, o, how) {
  const { nodes, order, turn } = network;
  const onlyGlobal = network.seen[nodes[number].seen]?.local[axis] === null;
  const [local, whole] = [new Array(nodes.length), new Array(nodes.length)];
  local[number] = [o, o];
  for (let place = turn[number]; place >= 0; place -= 1) {
    const at = order[place];
    if (at === network.origin || !(local[at] || whole[at])) continue;
    const node = nodes[at];
    for (let entry = 0; entry < node.reads.length; entry += 1) {
      const kind = node.reads[entry][axis];
      const source = node.via[entry];
      const all = kind === -1 || (kind !== -2 && node.sides[axis] === SEES_ALL);
      if (all) add(whole, source, wholeMap(nodes[source].size[axis]));
      if (kind < 0 && kind > -3) continue;
      const way = wayOf(network, node, entry, axis, how);
      if (local[at] && !(all && onlyGlobal)) add(kind >= 0 || onlyGlobal ? local : whole, source, way(local[at]));
      if (whole[at]) add(whole, source, way(whole[at]));
    }
  }
  for (const [layer, parts] of network.partsOf) {
    for (const part of parts) {
      if (local[part]) add(local, layer, local[part]);
      if (whole[part]) add(whole, layer, whole[part]);
    }
  }
  return { local, whole };
}

const wholeMap = (n) => (Number.isInteger(n) ? [0, n - 1] : []);

function add(sets, at, runs) {
  if (runs.length) sets[at] = sets[at] ? tidied([...sets[at], ...runs]) : runs;
}

/** How a set is carried over one edge that is read locally. @returns {(runs: Runs) => Runs} */
function wayOf(network, node, entry, axis, how) {
  const number = node.reads[entry][axis];
  const reads = network.reads[number >= 0 ? number : -3 - number];
  const n = network.nodes[node.via[entry]].size[axis];
  if (how === "open" || !Number.isInteger(n)) return (runs) => readBy(runs, reads);
  const border = network.borders[node.borders[entry]?.[axis] ?? -1] ?? null;
  const beside = border?.mode === "circular" && how !== "around" ? null : border;
  const side = node.sides[axis] ?? 0;
  return (runs) => {
    const read = readBy(runs, reads);
    return withSide(onMap(read, n, beside), read, side, n);
  };
}

/** What is seen of the origin by a layer's output along an axis, on the unbounded map. @returns {Bounds | Unknown} */
export function regionOf(network, number, axis, o) {
  const seen = network.seen[network.nodes[number].seen];
  if (!seen) return null;
  if (seen.local[axis] !== null) return boundsOf(network.fields, seen.local[axis], o);
  const n = network.nodes[network.origin].size[axis];
  return Number.isInteger(n) ? [0, n - 1] : n;
}

/** The region of an output along all axes together. @param {number[]} at @returns {(Bounds | Unknown)[]} */
export function regionAt(network, number, at) {
  const along = at.map((o, axis) => regionOf(network, number, axis, o));
  return nothingOrAll(network.seen[network.nodes[number].seen], along);
}

/** That, as far as it lies on the map and is read. @returns {Bounds | Unknown} */
export function clippedOf(network, number, axis, o) {
  const seen = network.seen[network.nodes[number].seen];
  if (!seen) return null;
  const stated = seen.clip[axis] >= 0 ? network.clips[seen.clip[axis]] : null;
  if (reasonOf(stated)) return stated;
  const found = stated && statedFor(stated.runs, o);
  if (found) return found.bounds;
  const region = regionOf(network, number, axis, o);
  if (reasonOf(region)) return region;
  const n = network.nodes[network.origin].size[axis];
  return Number.isInteger(n) ? overlap(region, [0, n - 1]) : n;
}

/** What is stated of output `o` in runs [o, count, u, v, du, dv], or [o, count] for nothing; null where none has it. */
function statedFor(runs, o) {
  for (const [first, count, u, v, du, dv] of runs) {
    const by = o - first;
    if (by >= 0 && by < count) return { bounds: u === undefined ? null : [u + by * du, v + by * dv] };
  }
  return null;
}

/**
 * The clipped region of an output along all axes together: behind masks it is no product of what each axis has.
 * @param {number[]} at @returns {(Bounds | Unknown)[]}
 */
export function clippedAt(network, number, at) {
  const seen = network.seen[network.nodes[number].seen];
  const along = at.map((o, axis) => clippedOf(network, number, axis, o));
  if (seen?.joint === undefined) return nothingOrAll(seen, along);
  const joint = network.joint[seen.joint];
  if (reasonOf(joint)) return at.map(() => joint);
  const stated = jointFor(joint.runs, at);
  if (stated) return stated;
  const unknown = along.find(reasonOf);
  if (unknown) return at.map(() => unknown);
  return along.some((bounds) => bounds === null) ? at.map(() => null) : along;
}

/** What is nothing along one axis with a local path is nothing along all of them; without any, along all axes. */
function nothingOrAll(seen, along) {
  const local = along.map((_, axis) => seen && seen.local[axis] !== null);
  const together = local.some(Boolean) ? local : along.map(() => true);
  const nothing = along.some((bounds, axis) => bounds === null && together[axis]);
  return nothing ? along.map((bounds, axis) => (together[axis] ? null : bounds)) : along;
}

/** What is stated of a cell in runs [leading places.., x, count, bounds of each axis.., how these move with x]. */
function jointFor(runs, at) {
  const axes = at.length;
  const x = at[axes - 1];
  for (const run of runs) {
    const by = x - run[axes - 1];
    if (by < 0 || by >= run[axes] || at.slice(0, -1).some((one, axis) => one !== run[axis])) continue;
    if (run.length === axes + 1) return at.map(() => null);
    const value = (k) => run[axes + 1 + k] + by * run[3 * axes + 1 + k];
    return at.map((_, axis) => [value(2 * axis), value(2 * axis + 1)]);
  }
  return null;
}

/** For each output of a layer along an axis its clipped region, in two typed arrays; null where one is not known. */
export function clippedAll(network, number, axis) {
  const node = network.nodes[number];
  const n = node.size[axis];
  if (!Number.isInteger(n) || node.seen === null) return null;
  return remembered(network, `clipped ${node.seen} ${axis} ${n}`, () => {
    const [first, last] = [new Int32Array(n), new Int32Array(n)];
    for (let o = 0; o < n; o += 1) {
      const bounds = clippedOf(network, number, axis, o);
      if (reasonOf(bounds)) return null;
      [first[o], last[o]] = bounds ?? [1, 0];
    }
    return { first, last };
  });
}

/** The outputs of a layer whose clipped region holds sample `i` along an axis; undefined where that is not known. */
export function coversOf(network, number, axis, i) {
  const all = clippedAll(network, number, axis);
  if (!all) return undefined;
  const found = [];
  for (let o = 0; o < all.first.length; o += 1) {
    if (all.first[o] > i || i > all.last[o]) continue;
    if (found[found.length - 1] === o - 1) found[found.length - 1] = o;
    else found.push(o, o);
  }
  return found;
}

/**
 * The outputs, per axis, whose clipped region holds a sample; undefined where that is not known: behind masks not every
 * output whose box holds a sample reads it.
 * @returns {(Runs | undefined)[]}
 */
export function coversAt(network, number, sample) {
  const masked = network.seen[network.nodes[number].seen]?.joint !== undefined;
  return sample.map((i, axis) => (masked ? undefined : coversOf(network, number, axis, i)));
}

/** The middle of bounds: whole or half. */
export const middleOf = (bounds) => (bounds ? (bounds[0] + bounds[1]) / 2 : null);
