/** The page: its networks, where one looks in each, and the fragment that says so. */

import { element } from "./build.js";
import { networkOf } from "./data.js";
import { explorerView } from "./explorer.js";
import { sectionsView } from "./sections.js";
import { firstPlace, fragmentOf, placeIn, sameSpot, wordsOf } from "./state.js";
import { themed } from "./theme.js";
import { factsOf } from "./facts.js";

/** How often the fragment may change while one points: browsers refuse more than some hundred changes in ten seconds. */
const SETTLED = 160;

/** Reads the data in the page. */
const readData = () => JSON.parse(document.getElementById("data").textContent);

/** Where one looks after a change. */
function changed(network, place, change) {
  if ("layer" in change && change.layer !== place.layer) {
    const at = sameSpot(network, place.layer, change.layer, place.at);
    const sample = place.sample && place.hold ? place.sample : null;
    return { ...place, layer: change.layer, at: sample ? null : at, sample, inside: null, hold: Boolean(sample) };
  }
  if ("at" in change) return { ...place, hold: false, ...change, sample: null };
  if ("sample" in change) return { ...place, hold: false, ...change, at: null };
  return { ...place, ...change };
}

function started({ networks: data, image, watch }) {
  const networks = data.map(networkOf);
  networks.forEach((network, n) => (network.title = networks.length > 1 ? `${network.name} (${n + 1})` : network.name));
  const views = networks.map((network, n) => networkView(network, n, image, (change) => act(n, change)));
  const places = networks.map(firstPlace);
  const sections = sectionsView(
    networks,
    (n, layer) => act(n, { layer }),
    () => settle(true),
  );
  const main = document.querySelector("main");
  main.replaceChildren(
    element(
      "div",
      { class: networks.length > 1 ? "networks several" : "networks" },
      views.map((view) => view.node),
    ),
    sections.node,
  );
  let [touched, timer, drawing] = [0, 0, new Set()];

  /** Draws once for each frame, however often the pointer moves. */
  function draw(n) {
    if (!drawing.size) {
      requestAnimationFrame(() => {
        for (const one of drawing) {
          views[one].show(places[one]);
          sections.show(one, places[one]);
        }
        drawing = new Set();
      });
    }
    drawing.add(n);
  }

  function act(n, change) {
    const before = places[n];
    places[n] = changed(networks[n], before, change);
    touched = n;
    draw(n);
    if (change.sample) shareSample(n);
    settle(before.layer !== places[n].layer || before.hold !== places[n].hold);
  }

  /** Points at the same sample in all networks whose input is as large. */
  function shareSample(n) {
    const sizes = (network) => String(network.nodes[network.origin].size);
    networks.forEach((network, other) => {
      if (other === n || sizes(network) !== sizes(networks[n])) return;
      places[other] = changed(network, places[other], { sample: places[n].sample, hold: places[n].hold });
      draw(other);
    });
  }

  /** Writes where one looks into the fragment: a new entry of the history for a choice, none for pointing. */
  function settle(chosen) {
    clearTimeout(timer);
    const write = () => {
      const fragment = fragmentOf(touched, networks[touched], places[touched], sections.open());
      if (fragment === location.hash) return;
      try {
        if (chosen) history.pushState(null, "", fragment);
        else history.replaceState(null, "", fragment);
      } catch {
        // A frame without an address of its own keeps no history.
      }
    };
    if (chosen) write();
    else timer = setTimeout(write, SETTLED);
  }

  function follow(event) {
    clearTimeout(timer);
    const words = wordsOf(event?.newURL ? new URL(event.newURL).hash : location.hash);
    const n = Number(words.n ?? 0);
    if (words.open !== undefined) sections.setOpen(words.open.split(",").filter(Boolean));
    if (networks[n]) {
      touched = n;
      if ("layer" in words || "at" in words || "sample" in words) places[n] = placeIn(networks[n], words, places[n]);
      if (places[n].sample) shareSample(n);
    }
    networks.forEach((_, one) => draw(one));
  }

  window.addEventListener("popstate", follow);
  window.addEventListener("hashchange", follow);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const place = places[touched];
    if (place.hold) act(touched, { hold: false });
    else if (place.inside) act(touched, { inside: null });
  });
  if (watch) {
    // A page that is written anew is read anew when one comes back to it: nothing is asked while one is away.
    window.addEventListener("focus", () => location.reload());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && location.reload());
  }
  themed(document.getElementById("theme"));
  follow();
}

/** One network: its name, its facts, and its explorer. */
function networkView(network, n, image, act) {
  const explorer = explorerView(network, image, act);
  const title = element("h2", { id: `network-${n}` }, network.name);
  const node = element(
    "article",
    { class: "network", "aria-labelledby": `network-${n}` },
    element("header", {}, title, factsOf(network)),
    explorer.node,
  );
  return { node, show: explorer.show };
}

started(readData());
