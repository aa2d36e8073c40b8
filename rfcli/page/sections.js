/** The sections below the explorers: table, growth, paths, effective field, checks. Each opens and closes. */

import { element } from "./build.js";
import { checksView } from "./checks.js";
import { growthView } from "./growth.js";
import { erfView, pathsView } from "./profiles.js";
import { tableView } from "./table.js";

/**
 * Makes the sections. `choose(n, layer)` looks at a layer of a network, `toggled()` tells that one was opened or closed.
 */
export function sectionsView(networks, choose, toggled) {
  const growth = growthView(networks, choose);
  const tables = networks.map((network, n) => tableView(network, (layer) => choose(n, layer)));
  const each = (of) => () => networks.map((network, n) => titled(networks, network, of(network, n)));
  const contents = {
    growth: ["Growth", () => [growth.node]],
    table: ["Layers", each((_, n) => tables[n].node)],
    paths: ["Paths", each(pathsView)],
    erf: ["Effective field", each(erfView)],
    checks: ["What rf check says", each((network, n) => checksView(network, (layer) => choose(n, layer)))],
  };
  let touched = false;
  const sections = Object.entries(contents).map(([name, [title, make]]) => {
    const body = element("div", { class: networks.length > 1 && name !== "growth" ? "body several" : "body" }, make());
    const summary = element("summary", {}, element("h2", {}, title));
    return element(
      "details",
      { class: "section", id: `section-${name}`, "data-section": name, open: true },
      summary,
      body,
    );
  });
  for (const section of sections) {
    section.querySelector("summary").addEventListener("click", () => {
      touched = true;
      setTimeout(toggled);
    });
  }
  const open = () => sections.filter((section) => section.open).map((section) => section.dataset.section);
  window.addEventListener("beforeprint", () => sections.forEach((section) => (section.open = true)));
  return {
    node: element("div", { class: "sections" }, sections),
    open: () => (touched ? open() : null),
    setOpen(names) {
      touched = true;
      for (const section of sections) section.open = names.includes(section.dataset.section);
    },
    show(n, place) {
      growth.show(n, place);
      tables[n].show(place);
    },
  };
}

const titled = (networks, network, node) =>
  networks.length > 1 ? element("section", { class: "part" }, element("h3", {}, network.name), node) : node;
