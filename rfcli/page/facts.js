/** A network in one line: its input, its layers, its costs. */

import { element } from "./build.js";
import { shortCount, sizeText } from "./words.js";

/** The facts of a network, as a list. */
export function factsOf(network) {
  const origin = network.nodes[network.origin];
  const { params, macs } = network.totals ?? {};
  const facts = [
    [sizeText(origin.size), "input"],
    [String(network.nodes.filter((node) => !node.hidden).length - network.inputs), "layers"],
    [shortCount(params), "parameters"],
    [shortCount(macs), "multiply-adds"],
  ];
  return element(
    "dl",
    { class: "networkfacts" },
    facts
      .filter(([value]) => value !== "–" && value !== "?")
      .map(([value, name]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}
