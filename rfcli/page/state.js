import { insideFor } from "./planes.js";

/**
 * Where one looks: which network, layer, output or sample; written in the URL's fragment, so that it can be sent.
 *
 * @typedef {object} Place
 * @property {number} layer  the number of the looked-at layer
 * @property {number[] | null} at  the output that is pointed at
 * @property {number[] | null} sample  or the sample of the input
 * @property {boolean} hold  whether pointing no longer moves it
 * @property {[number, number][] | null} inside  the part of a large map that is looked into; null for all of it
 */

const KEPT = { "%2F": "/", "%2C": "," };

const quoted = (text) => encodeURIComponent(text).replace(/%2F|%2C/g, (code) => KEPT[code]);

function unquoted(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const numbersIn = (text) => (/^-?\d+(,-?\d+)*$/.test(text ?? "") ? text.split(",").map(Number) : null);

/** What a fragment says: its words by name. @returns {Record<string, string>} */
export function wordsOf(fragment) {
  const found = Object.create(null);
  for (const part of fragment.replace(/^#/, "").split("&")) {
    const [name, ...rest] = part.split("=");
    if (name) found[unquoted(name)] = unquoted(rest.join("="));
  }
  return found;
}

/** The fragment that says where one looks. */
export function fragmentOf(n, network, place, open) {
  const parts = [`n=${n}`, `layer=${quoted(network.nodes[place.layer].name)}`];
  if (place.at) parts.push(`at=${place.at.join(",")}`);
  else if (place.sample) parts.push(`sample=${place.sample.join(",")}`);
  if (place.hold) parts.push("hold");
  if (place.at && place.inside) parts.push("inside");
  if (open) parts.push(`open=${open.map(quoted).join(",")}`);
  return `#${parts.join("&")}`;
}

/** Whether a place lies on a map of these sizes. */
export const isOn = (place, sizes) =>
  Boolean(place) && place.length === sizes.length && place.every((one, axis) => one >= 0 && one < sizes[axis]);

/** Where a fragment looks in a network, with the rest as it was. @returns {Place} */
export function placeIn(network, words, before) {
  const layer =
    "layer" in words ? network.nodes.findIndex((node) => node.name === words.layer && !node.hidden) : before.layer;
  if (layer < 0) return before;
  const place = { layer, at: null, sample: null, hold: "hold" in words, inside: null };
  const at = numbersIn(words.at);
  const sample = numbersIn(words.sample);
  if (isOn(at, network.nodes[layer].size)) {
    place.at = at;
    if ("inside" in words) place.inside = insideFor(network.nodes[layer].size, at);
  } else if (isOn(sample, network.nodes[network.origin].size)) place.sample = sample;
  else return { ...place, at: centerOf(network, layer), hold: false };
  return place;
}

/** The central output of a layer; null where its size is not known. */
export function centerOf(network, layer) {
  const sizes = network.nodes[layer].size;
  return sizes.every((n) => Number.isInteger(n) && n > 0) ? sizes.map((n) => n >> 1) : null;
}

/** Where one looks when the page is opened. @returns {Place} */
export function firstPlace(network) {
  const layer = Math.max(network.main, 0);
  return { layer, at: centerOf(network, layer), sample: null, hold: false, inside: null };
}

/** The same part of another layer's map. */
export function sameSpot(network, from, to, at) {
  const [here, there] = [network.nodes[from].size, network.nodes[to].size];
  if (!at || !there.every(Number.isInteger)) return centerOf(network, to);
  return at.map((o, axis) => Math.min(Math.floor(((o + 0.5) / here[axis]) * there[axis]), there[axis] - 1));
}
