/** What `rf check` says, with the layers that it speaks of. */

import { element } from "./build.js";

/** Makes the list of what is said of a network. `choose(layer)` is called when a layer of it is chosen. */
export function checksView(network, choose) {
  const { checks } = network;
  if (checks.unknown) return element("p", { class: "empty" }, checks.unknown);
  if (!checks.length)
    return element(
      "p",
      { class: "fine" },
      "Nothing to say: the network keeps what its description promises, and breaks no rule.",
    );
  return element(
    "ul",
    { class: "checks" },
    checks.map((check) => checkItem(network, check, choose)),
  );
}

function checkItem(network, { code, severity, title, message, help, layers = [], line }, choose) {
  const links = layers.map((at) =>
    element("button", { type: "button", class: "quiet", click: () => choose(at) }, network.nodes[at].name),
  );
  return element(
    "li",
    { class: severity },
    element(
      "p",
      {},
      element("strong", {}, code),
      " ",
      title ?? severity,
      line ? element("span", { class: "soft" }, `, line ${line}`) : null,
    ),
    element("p", {}, message),
    help ? element("p", { class: "soft" }, help) : null,
    links.length ? element("p", { class: "links" }, links) : null,
  );
}
