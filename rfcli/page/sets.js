/** What is lit on the map of each layer: the outputs behind one output, or those that see a sample. */

import { carriedBack, clippedAt, coversAt, endsOf, reasonOf, regionAt } from "./geometry.js";

/**
 * What is lit for where one looks.
 * @returns {{kind: "output" | "sample" | "nothing", of: (number) => object | null}} `of` tells what is lit on a layer's
 *   map: per axis its unbounded region, what of it is on the map, the runs that are read; whether all is read.
 */
export function litFor(network, place) {
  if (place.at) return behind(network, place);
  if (place.sample) return seeing(network, place);
  return { kind: "nothing", of: () => null };
}

/**
 * Carries an output back along every axis. What sees a whole map has no other side of a circular border. Behind masks what is read is no product of the axes: only the box around it is
 * known then, but for the input, of which the engine says it.
 */
function behind(network, place) {
  const carried = (how) => place.at.map((o, axis) => carriedBack(network, place.layer, axis, o, how));
  const [open, here] = [carried("open"), carried("read")];
  const seen = network.seen[network.nodes[place.layer].seen];
  const masked = seen?.joint !== undefined;
  const all = network.borders.some((border) => border.mode === "circular") ? carried("around") : here;
  const passed = passedBy(network, (at) => open.some(({ local, whole }) => local[at] || whole[at]));
  const read = here.map((one, axis) => (seen?.local[axis] === null ? all[axis] : one));
  const of = (number) => {
    const { size } = network.nodes[number];
    const axes = size.map((n, axis) => {
      const [local, whole] = [all[axis].local[number], all[axis].whole[number]];
      const region = open[axis].local[number];
      return {
        region: region ? endsOf(region) : whole && Number.isInteger(n) ? [0, n - 1] : null,
        clipped: masked ? null : endsOf(region ? read[axis].local[number] : read[axis].whole[number]),
        runs: (region ? local : whole) ?? [],
        whole: Boolean(whole),
        only: !region,
      };
    });
    if (axes.some((axis) => !axis.region)) return null;
    if (number === network.origin) seenOf(network, place).forEach((one, axis) => stated(axes[axis], one));
    if (masked && number === place.layer) place.at.forEach((o, axis) => (axes[axis].clipped = [o, o]));
    const shown = !masked && !passed.has(number);
    const known = shown || number === network.origin || number === place.layer;
    return { axes, known, whole: axes.some((axis) => axis.whole), only: axes.every((axis) => axis.only) };
  };
  return { kind: "output", of };
}

/**
 * The layers that lit ones take but are followed past: a slice of a concat is followed to what its channels come from.
 * Other ways that lead through such a layer show a part of what is read of it.
 */
function passedBy(network, isLit) {
  const described = (at) => Number(network.stands?.[at] ?? at);
  const found = new Set();
  network.nodes.forEach((node, at) => {
    if (!isLit(at)) return;
    const via = node.via.map(described);
    for (const source of network.nodes[described(at)].from) if (!via.includes(source)) found.add(source);
  });
  return found;
}

/** What the engine says of the input: carried back along one axis, a path counts that leads nowhere along another. */
function stated(axis, { clipped, clippedWhy }) {
  const differs = clippedWhy || clipped?.[0] !== axis.clipped?.[0] || clipped?.[1] !== axis.clipped?.[1];
  if (!differs) return;
  axis.clipped = clipped;
  axis.runs = clipped ?? [];
}

function seeing(network, place) {
  const of = (number) => {
    const node = network.nodes[number];
    if (node.seen === null) return null;
    const outputs =
      number === network.origin ? place.sample.map((i) => [i, i]) : coversAt(network, number, place.sample);
    const axes = outputs.map((runs) => ({ clipped: endsOf(runs), runs: runs ?? [], unknown: runs === undefined }));
    return { axes, whole: Boolean(network.seen[node.seen].global), only: false };
  };
  return { kind: "sample", of };
}

/** What an output sees of the input, per axis: the engine's own numbers. */
export function seenOf(network, place) {
  const [regions, clipped] = [regionAt, clippedAt].map((of) => of(network, place.layer, place.at));
  return place.at.map((_, axis) => {
    const region = regions[axis];
    const why = reasonOf(region);
    return {
      region: why ? null : region,
      clipped: reasonOf(clipped[axis]) ? null : clipped[axis],
      why,
      clippedWhy: reasonOf(clipped[axis]),
    };
  });
}
