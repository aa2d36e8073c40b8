/**
 * What the page says of outputs, as JSON: of each network in the file that is named, for each question [layer, output]
 * the region and the clipped region along each axis, null for nothing and a text for what is not known, and what is lit
 * on the input; for [layer, null, sample] the outputs that see it.
 */

import { readFileSync } from "node:fs";
import { networkOf } from "../../rfcli/page/data.js";
import { endsOf } from "../../rfcli/page/geometry.js";
import { litFor, seenOf } from "../../rfcli/page/sets.js";

function answer(network, [layer, at, sample]) {
  const place = { layer, at, sample: sample ?? null };
  const lit = litFor(network, place).of(at ? network.origin : layer);
  if (!at) return lit.axes.map((axis) => (axis.unknown ? "unknown" : endsOf(axis.runs)));
  const seen = seenOf(network, place);
  return {
    region: seen.map((axis) => axis.why ?? axis.region),
    clipped: seen.map((axis) => axis.clippedWhy ?? axis.clipped),
    lit: lit?.known ? lit.axes.map((axis) => axis.clipped) : null,
  };
}

const asked = JSON.parse(readFileSync(process.argv[2], "utf8"));
const answers = asked.map(({ data, questions }) => {
  const network = networkOf(data);
  return questions.map((question) => answer(network, question));
});
process.stdout.write(JSON.stringify(answers));
