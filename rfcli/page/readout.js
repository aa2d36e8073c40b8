/** What is said beside the drawings: a sentence, the numbers per axis, the paths of a merge, the notes. */

import { element, shown } from "./build.js";
import { seenBy } from "./data.js";
import { numbersOf, seenSentence, sentencesOf } from "./sight.js";
import { figure, fromTo, isolated, sizeText } from "./words.js";

const QUIET = 450;

/** Makes the readout. @returns {{node: HTMLElement, show: (place, lit, sight) => void}} */
export function readoutView(network) {
  const says = element("p", { class: "says" });
  const aloud = element("p", { class: "unseen", role: "status", "aria-live": "polite" });
  const held = element(
    "p",
    { class: "heldnote" },
    "Held. ",
    element("kbd", {}, "Esc"),
    ", or a second click, lets go.",
  );
  const head = element("tr");
  const body = element("tbody");
  const numbers = element(
    "table",
    { class: "numbers" },
    element("caption", { class: "unseen" }, "Numbers of the looked-at output"),
    element("thead", {}, head),
    body,
  );
  const paths = element("div", { class: "pathlist" });
  const notes = element("ul", { class: "notes" });
  const node = element("div", { class: "readout" }, says, held, numbers, paths, notes, aloud);
  let waiting = 0;

  function show(place, lit, sight) {
    const text = spokenOf(network, place, lit, sight);
    says.textContent = text;
    shown(held, place.hold);
    numbered(network, head, body, numbersOf(network, place, sight));
    pathsListed(paths, sight?.paths ?? []);
    const seen = seenBy(network, place.layer);
    notes.replaceChildren(...(seen?.notes ?? []).map((note) => element("li", {}, note)));
    shown(notes, Boolean(seen?.notes?.length));
    clearTimeout(waiting);
    waiting = setTimeout(() => aloud.textContent !== text && (aloud.textContent = text), QUIET);
  }
  return { node, show };
}

function spokenOf(network, place, lit, sight) {
  const node = network.nodes[place.layer];
  if (place.sample) return seenSentence(network, place, lit);
  if (sight) return sentencesOf(network, place, sight).join(" ");
  if (node.seen === null)
    return `${isolated(network.nodes[network.origin].name)} does not reach ${isolated(node.name)}.`;
  if (network.point !== true || !node.size.every(Number.isInteger))
    return `Where the outputs of ${isolated(node.name)} lie is not known.`;
  return `${isolated(node.name)} has ${sizeText(node.size)} outputs.`;
}

/** Fills the table of numbers: one column for all axes where they are alike in everything. */
function numbered(network, head, body, rows) {
  const alike = rows.every(({ texts }) => texts.every((text) => text === texts[0]));
  const words = alike ? [network.plural.join(", ")] : network.plural;
  head.replaceChildren(element("td"), ...words.map((word) => element("th", { scope: "col" }, word)));
  body.replaceChildren(
    ...rows.map(({ name, help, texts }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", title: help }, name),
        texts.slice(0, words.length).map((text) => element("td", {}, text)),
      ),
    ),
  );
}

function pathsListed(list, paths) {
  shown(list, paths.length > 0);
  if (!paths.length) return list.replaceChildren();
  const items = paths.map((path, at) =>
    element(
      "li",
      { class: `path-${at % 3}` },
      element("span", { class: "swatch", "aria-hidden": "true" }),
      element("code", {}, element("bdi", {}, path.name)),
      ` ${path.axes.map(fromTo).join(" × ")}, center ${path.center.map(figure).join(", ")}`,
    ),
  );
  list.replaceChildren(element("h4", {}, "The paths that meet here"), element("ul", {}, items));
}
