/** All that is said about what an output sees: put together from the network's numbers, for the eye and in words. */

import { boundsOf, countOf, middleOf, overlap, periodOf, reasonOf, remainder } from "./geometry.js";
import { seenOf } from "./sets.js";
import { figure, fromTo, isolated, placeText } from "./words.js";
import { remembered, seenBy, textAlong } from "./data.js";

/** What the looked-at output sees of the input; null where nothing is pointed at, or the layer sees nothing of it. */
export function sightOf(network, place, lit) {
  const seen = seenBy(network, place.layer);
  if (!place.at || !seen) return null;
  const found = lit.of(network.origin);
  const whole = Boolean(seen.global) && (seen.sides ?? []).every((side) => side === "both");
  const axes = seenOf(network, place).map((axis, a) => ({
    ...axis,
    runs: seen.joint === undefined && found?.axes[a].runs.length ? found.axes[a].runs : (axis.clipped ?? []),
    side: whole ? null : (seen.sides?.[a] ?? null),
    only: seen.local[a] === null,
  }));
  return {
    axes,
    whole,
    through: seen.through ?? [],
    notes: seen.notes ?? [],
    around: seen.joint === undefined && copiesOf(network, place.layer).has("circular"),
    paths: pathsOf(network, place),
  };
}

/** The modes of padding made of the map itself that lie before a layer. @returns {Set<string>} */
export function copiesOf(network, number) {
  return remembered(network, `copies ${number}`, () => {
    const [modes, waiting, met] = [new Set(), [number], new Set()];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const { via, borders } = network.nodes[at];
      for (const border of borders.flat()) if (border >= 0) modes.add(network.borders[border].mode);
      for (const source of via) if (!met.has(source)) met.add(source) && waiting.push(source);
    }
    return modes;
  });
}

/** The paths that meet in a merge, each with its region and center, where these differ; none otherwise. */
export function pathsOf(network, place) {
  const node = network.nodes[place.layer];
  if (!node.merge || node.from.length < 2) return [];
  const paths = node.from.map((source, entry) => {
    const seen = seenBy(network, source);
    const axes = place.at.map((o, axis) => {
      const read = node.reads?.[entry]?.[axis];
      if (!seen || seen.local[axis] === null || read === undefined || read < 0) return null;
      const bounds = boundsOf(network.fields, seen.local[axis], o);
      return reasonOf(bounds) ? null : bounds;
    });
    return { name: network.nodes[source].name, axes, center: axes.map(middleOf) };
  });
  const known = paths.filter((path) => path.axes.every(Boolean));
  const apart = known.some((path) => path.center.some((one, axis) => one !== known[0].center[axis]));
  return apart ? known : [];
}

const listed = (parts) =>
  parts.length < 3 ? parts.join(" and ") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;

const rangesText = (network, bounds) => listed(bounds.map((one, axis) => `${network.plural[axis]} ${fromTo(one)}`));

const MOST_NAMED = 3;

/** The global layers on the way: the first of them by name. */
function throughText(names) {
  if (names.length <= MOST_NAMED + 1) return listed(names.map(isolated));
  return `${names.slice(0, MOST_NAMED).map(isolated).join(", ")} and ${names.length - MOST_NAMED} more`;
}

/** What an output sees, in one or two sentences. */
export function sentencesOf(network, place, sight) {
  const name = isolated(network.nodes[place.layer].name);
  const who = `Output ${placeText(place.at)} of ${name}`;
  const why = sight.axes.find((axis) => axis.why)?.why;
  if (why) return [`Where ${who.toLowerCase().slice(0, 1)}${who.slice(1)} lies is not known: ${why}.`];
  const through = sight.through.length ? `, through ${throughText(sight.through)}` : "";
  const all = sight.through.length ? `all that reaches ${throughText(sight.through)}` : "the whole input";
  const unread = sight.axes.find((axis) => axis.clippedWhy)?.clippedWhy;
  const nothing = !unread && sight.axes.some((axis) => !axis.clipped);
  if (sight.axes.every((axis) => axis.only))
    return [nothing ? `${who} reads nothing.` : `${who} sees ${all}.`];
  const region = sight.axes.map((axis) => axis.region);
  if (region.some((bounds) => !bounds)) return [`${who} reads nothing.`];
  const found = [`${who} sees ${rangesText(network, region)}.`];
  const share = shareInside(network, region);
  if (unread) found.push(`What of that is read is not known: ${unread}.`);
  else if (nothing) found.push("None of it is read on the input.");
  else if (share < 1)
    found.push(
      `${figure(Math.round((1 - share) * 100) || "Less than 1")} % of that ${beyondText(copiesOf(network, place.layer))}.`,
    );
  const where = apartFor(network, place);
  if (where) {
    found.push(`${where[0].toUpperCase()}${where.slice(1)} it need not read all of that box.`);
    if (copiesOf(network, place.layer).has("circular"))
      found.push("What it reads at the other side of the map is not shown.");
  }
  const sides = sight.axes.flatMap((axis, a) =>
    axis.side
      ? [
          `everything ${axis.side === "both" ? "before and after" : axis.side}${network.axes.length === 1 ? "" : ` along the ${network.plural[a]}`}`,
        ]
      : [],
  );
  if (sides.length) found.push(`It also sees ${listed(sides)}${through}.`);
  if (sight.whole) found.push(`It also sees ${all}.`);
  return found;
}

/** How much of a region lies on the input, from 0 to 1. */
function shareInside(network, region) {
  const length = (bounds) => (bounds ? bounds[1] - bounds[0] + 1 : 0);
  const sizes = network.nodes[network.origin].size;
  return region.reduce(
    (share, bounds, axis) => share * (length(overlap(bounds, [0, sizes[axis] - 1])) / length(bounds)),
    1,
  );
}

/** What stands beyond the edges of the input. */
function beyondText(modes) {
  if (!modes.size) return "is padding";
  if (modes.size === 1 && modes.has("circular"))
    return "lies beyond the edges, where the other side of the map is read";
  return "lies beyond the edges, where padding is made of the map itself";
}

/** Where what outputs see is no product of the axes; null where it is. */
function apartFor(network, place) {
  const seen = seenBy(network, place.layer);
  if (seen?.joint === undefined) return null;
  return seen.torn ? "where some paths lead nowhere" : "behind masks";
}

function maskedWhy(network, place) {
  const where = apartFor(network, place);
  const why = "not every output whose region holds it reads it, and rf locate --covers tells which do";
  return where ? `: ${where} ${why}` : "";
}

/** Which outputs see a sample, in one sentence. */
export function seenSentence(network, place, lit) {
  const where = place.sample.map((one, axis) => `${network.single[axis]} ${figure(one)}`).join(", ");
  const who = network.axes.length === 1 ? `S${where.slice(1)}` : `The sample at ${where}`;
  const name = isolated(network.nodes[place.layer].name);
  const found = lit.of(place.layer);
  if (!found) return `The input does not reach ${name}.`;
  if (found.axes.some((axis) => axis.unknown))
    return `Which outputs of ${name} see ${where} is not known here${maskedWhy(network, place)}.`;
  if (found.axes.some((axis) => !axis.clipped)) return `${who} is seen by no output of ${name}.`;
  const count = found.axes.reduce((all, { runs }) => all * countOf(runs), 1);
  const total = network.nodes[place.layer].size.reduce((all, n) => all * n, 1);
  const which =
    network.axes.length === 1
      ? fromTo(found.axes[0].clipped)
      : rangesText(
          network,
          found.axes.map((axis) => axis.clipped),
        );
  const amount = count === 1 ? "one output" : `${figure(count)} of the ${figure(total)} outputs`;
  return `${who} lies in the ${count === 1 ? "region" : "regions"} of ${amount} of ${name}: ${which}.`;
}

/** The rows of the table of numbers: a name, what it means, and a text for each axis. */
export function numbersOf(network, place, sight) {
  const seen = seenBy(network, place.layer);
  if (!seen) return [];
  const row = (name, help, of) => ({ name, help, texts: network.axes.map((_, axis) => of(axis)) });
  const unknown = (axis) => (reasonOf(network.fields[seen.local[axis]]) ? "unknown" : "–");
  const number = (key) => (axis) => figure(textAlong(network, place.layer, key, axis) || unknown(axis));
  const rows = [];
  if (sight && !sight.axes.some((axis) => axis.why)) {
    const bounds = (key) => (axis) => (sight.axes[axis][key] ? rangeText(sight.axes[axis][key]) : "nothing");
    rows.push(row("region", "what the output covers, padding counted", bounds("region")));
    const left = (axis) => (sight.axes[axis].clippedWhy ? "unknown" : bounds("clipped")(axis));
    rows.push(row("on the input", "what is left of it on the map", left));
    rows.push(
      row("in the padding", "samples before and after the map", (axis) =>
        paddingText(sight.axes[axis], network.nodes[network.origin].size[axis]),
      ),
    );
    rows.push(
      row("center", "of the region", (axis) =>
        sight.axes[axis].only ? "–" : figure(middleOf(sight.axes[axis].region)),
      ),
    );
    if (network.spacing) {
      const [unit, spacing] = [network.unit ?? "", network.spacing];
      rows.push(
        row(`region, ${unit}`, "from the first sample to the last", (axis) =>
          unitText(sight.axes[axis].region, spacing[axis]),
        ),
      );
    }
  }
  rows.push(row("size", "of the largest region, in samples", number("size")));
  if (network.columns.extent)
    rows.push(
      row(
        ["size", network.columns.extent.unit].filter(Boolean).join(", "),
        "of the largest region, with its unit",
        number("extent"),
      ),
    );
  rows.push(row("stride", "how far the region moves from output to output", number("stride")));
  rows.push(row("padding", "how far the region of output 0 reaches before the input", number("padding")));
  const periods = network.axes.map((_, axis) => periodOf(network.fields[seen.local[axis]]));
  if (periods.some((period) => period > 1)) {
    if (place.at)
      rows.push(
        row(
          "phase",
          "regions repeat after so many outputs",
          (axis) => `${remainder(place.at[axis], periods[axis])} of ${periods[axis]}`,
        ),
      );
    rows.push(row("sizes by phase", "of the outputs of one period", (axis) => phasesText(network, seen.local[axis])));
  }
  return rows;
}

const rangeText = ([first, last]) => `${figure(first)} … ${figure(last)}`;

function paddingText({ region, clipped, clippedWhy, only }, n) {
  if (only || !region) return "–";
  if (clippedWhy) return "unknown";
  if (!clipped) return figure(region[1] - region[0] + 1);
  const [before, after] = [Math.max(-region[0], 0), Math.max(region[1] - n + 1, 0)];
  return before || after ? `${figure(before)} + ${figure(after)}` : "none";
}

const unitText = (bounds, spacing) =>
  bounds && typeof spacing === "number" ? `${figure(bounds[0] * spacing)} … ${figure((bounds[1] + 1) * spacing)}` : "–";

const MOST_PHASES = 16;

function phasesText(network, at) {
  const phases = network.fields[at]?.phases;
  if (!phases) return "–";
  const sizes = phases.slice(0, MOST_PHASES).map((bounds) => figure(bounds ? bounds[1] - bounds[0] + 1 : 0));
  return sizes.join(", ") + (phases.length > MOST_PHASES ? ", …" : "");
}
