/** One network to point at: graph, map, input and numbers, all of one place. */

import { element, shown } from "./build.js";
import { graphView } from "./graph.js";
import { inputView } from "./input.js";
import { mapView } from "./map.js";
import { readoutView } from "./readout.js";
import { litFor } from "./sets.js";
import { sightOf } from "./sight.js";
import { sizeText } from "./words.js";

/**
 * Makes the explorer of a network. `act(change)` tells where the reader wants to look.
 * @returns {{node: HTMLElement, show: (place: object) => void}}
 */
export function explorerView(network, image, act) {
  const origin = network.nodes[network.origin];
  const graph = graphView(network, (layer) => act({ layer }));
  const map = mapView(network, act);
  const input = inputView(network, image, act);
  const readout = readoutView(network);
  const layerName = element("bdi");
  const layerSize = element("span", { class: "facts" });
  const legend = element(
    "p",
    { class: "legend", "aria-hidden": "true" },
    element("span", { class: "key beyondkey" }),
    "in the padding",
    element("span", { class: "key centerkey" }),
    "center",
  );
  const pale = element(
    "p",
    { class: "legend", "aria-hidden": "true" },
    element("span", { class: "key palekey" }),
    "fainter: sees padding",
  );
  const head = (level, title, facts) => element("h3", {}, element("span", { class: "kind" }, level), title, facts);
  const node = element(
    "div",
    { class: `explorer axes-${network.axes.length}` },
    element(
      "section",
      { class: "side", "aria-label": `Layers of ${network.title}` },
      head(
        "Network",
        "",
        element(
          "span",
          { class: "facts" },
          `${network.nodes.filter((one) => !one.hidden).length - network.inputs} layers`,
        ),
      ),
      graph.node,
    ),
    element(
      "section",
      { class: "mapside", "aria-label": `Map of the looked-at layer of ${network.title}` },
      head("Layer", element("span", { class: "layername" }, layerName), layerSize),
      map.node,
      pale,
    ),
    element(
      "section",
      { class: "inputside", "aria-label": `Input of ${network.title}` },
      head(
        "Input",
        element("span", { class: "layername" }, element("bdi", {}, origin.name)),
        element("span", { class: "facts" }, sizeText(origin.size)),
      ),
      input.node,
      legend,
    ),
    element("section", { class: "says-side", "aria-label": `What it sees, in ${network.title}` }, readout.node),
  );
  const known = network.point === true;
  if (!known) input.node.replaceChildren(element("p", { class: "empty" }, whyNoInput(network)));
  shown(legend, known);

  function show(place) {
    const layer = network.nodes[place.layer];
    const lit = litFor(network, place);
    const sight = sightOf(network, place, lit);
    layerName.textContent = layer.name;
    layerName.title = layer.name;
    layerSize.textContent = `${layer.type}, ${sizeText(layer.size)}`;
    const spot = sight?.axes.map((axis) => (axis.region ? (axis.region[0] + axis.region[1]) / 2 : 0));
    shown(pale, known && layer.size.every(Number.isInteger));
    graph.show(place, lit);
    map.show(place, lit);
    input.show({ ...place, spot }, lit, sight);
    readout.show(place, lit, sight);
  }
  return { node, show };
}

const whyNoInput = (network) =>
  `${sentence(network.point.unknown)} With a size, say 224 along each axis, one can point at the cells: rf report … --input-size ${network.axes.map(() => 224).join("x")}`;

const sentence = (text) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
