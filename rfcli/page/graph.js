/** The network as a tree of rows with lanes at its side; only the rows in sight are drawn. */

import { element, freshId, mark, shape } from "./build.js";
import { seenBy, textOf } from "./data.js";
import { miniMap } from "./mini.js";
import { around, doesOf, lanesOf, openedAtFirst, rowsOf, treeOf } from "./tree.js";

const ROW = 30;
const GAP = 9;
const MOST_LANES = 9;
const SPARE = 6;

const across = (lane) => 8 + Math.min(lane, MOST_LANES - 1) * GAP;

/**
 * Makes the graph of a network. `choose(number)` is called when a row is chosen.
 * @returns {{node: HTMLElement, show: (place: object, lit: object) => void}}
 */
export function graphView(network, choose) {
  const root = treeOf(network);
  const opened = openedAtFirst(root, 24);
  const inner = element("div", { class: "rows", role: "none" });
  const node = element("div", { class: "graph", role: "tree", tabindex: "0", "aria-label": "Layers, in order" }, inner);
  const drawn = new Map();
  let [rows, lanes, active, looking, lit, revealed] = [[], null, 0, null, null, null];
  // Where the rows are scrolled to, and how many pixels of them are seen: kept, since asking lays the page out anew.
  let [scrolled, tall] = [0, 700];

  function arrange() {
    rows = rowsOf(root, opened);
    lanes = lanesOf(network, rows);
    inner.style.height = `${rows.length * ROW}px`;
    node.style.setProperty("--lanes", `${across(lanes.most - 1) + 8}px`);
    for (const row of drawn.values()) row.remove();
    drawn.clear();
    draw();
  }

  function draw(everything = false) {
    const top = everything ? 0 : Math.max(0, Math.floor(scrolled / ROW) - SPARE);
    const end = everything ? rows.length : Math.min(rows.length, top + Math.ceil(tall / ROW) + 2 * SPARE);
    for (const [at, row] of drawn) {
      if (at < top || at >= end) {
        row.remove();
        drawn.delete(at);
      }
    }
    for (let at = top; at < end; at += 1) {
      if (!drawn.has(at)) {
        drawn.set(at, rowNode(network, rows[at], lanes.drawn[at], at));
        inner.append(drawn.get(at));
      }
    }
    light();
  }

  function light() {
    if (!looking) return;
    for (const [at, row] of drawn) {
      const { item, open } = rows[at];
      const chosen = !open && item.numbers.includes(looking.layer);
      mark(row, "aria-selected", String(chosen));
      row.classList.toggle("active", at === active);
      const found = open ? null : lit.of(chosen ? looking.layer : item.shows);
      row.classList.toggle("off", !open && !chosen && !found);
      if (!open) miniMap(row.lastChild, network, chosen ? looking.layer : item.shows, found, lit.kind);
    }
    if (drawn.has(active)) mark(node, "aria-activedescendant", drawn.get(active).id);
    else node.removeAttribute("aria-activedescendant");
  }

  function toggle(at, wanted) {
    const { item, open, leaf } = rows[at];
    if (leaf || open === wanted) return false;
    if (open) opened.delete(item.key);
    else opened.add(item.key);
    arrange();
    return true;
  }

  function go(at) {
    active = Math.min(Math.max(at, 0), rows.length - 1);
    const top = active * ROW;
    if (top < scrolled) scrolled = top;
    else if (top + ROW > scrolled + tall) scrolled = top + ROW - tall;
    else return draw();
    draw();
    node.scrollTop = scrolled;
  }

  /** Opens what is around a layer, so that its row is seen. */
  function reveal(number) {
    const keys = around(root, number);
    const shows = (key) => rows.some((row) => row.item.key === key && !row.open && row.item.shows === number);
    if (!keys.some(shows)) {
      for (const key of keys) opened.add(key);
      arrange();
    }
    const at = rows.findIndex((row) => !row.open && row.item.numbers.includes(number));
    if (at >= 0) go(at);
  }

  function pressed(event) {
    const row = rows[active];
    const keys = {
      ArrowDown: () => go(active + (event.shiftKey ? 10 : 1)),
      ArrowUp: () => go(active - (event.shiftKey ? 10 : 1)),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => toggle(active, true) || go(active + (row.open ? 1 : 0)),
      ArrowLeft: () => toggle(active, false) || go(parentOf(rows, active)),
      Enter: () => (row.open ? toggle(active, false) : choose(row.item.shows)),
      " ": () => (row.leaf ? choose(row.item.shows) : toggle(active, !row.open)),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  node.addEventListener("keydown", pressed);
  node.addEventListener(
    "scroll",
    () => {
      scrolled = node.scrollTop;
      draw();
    },
    { passive: true },
  );
  node.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (!row) return;
    active = Number(row.dataset.row);
    if (event.target.closest(".twisty") || rows[active].open) toggle(active, !rows[active].open);
    else choose(rows[active].item.shows);
  });
  window.addEventListener("beforeprint", () => draw(true));
  new ResizeObserver(([entry]) => {
    if (!entry.contentRect.height) return;
    tall = entry.contentRect.height;
    go(active);
  }).observe(node);
  arrange();

  return {
    node,
    show(place, found) {
      const moved = place.layer !== revealed;
      [looking, lit] = [place, found];
      if (moved) {
        revealed = place.layer;
        reveal(place.layer);
      } else light();
    },
  };
}

function parentOf(rows, at) {
  for (let above = at - 1; above >= 0; above -= 1) if (rows[above].depth < rows[at].depth) return above;
  return at;
}

function rowNode(network, row, lane, at) {
  const { item, open, leaf, depth } = row;
  const name = element("bdi", { class: "name" }, item.label);
  if (item.times > 1) name.append(element("span", { class: "times" }, ` × ${item.times}`));
  const does = doesOf(network, item);
  const twisty = element("span", { class: leaf ? "twisty none" : "twisty", "aria-hidden": "true" });
  const label = element(
    "span",
    { class: "label" },
    twisty,
    name,
    does === item.label ? null : element("span", { class: "does" }, " ", does),
  );
  label.style.paddingInlineStart = `${depth * 14}px`;
  const node = element(
    "div",
    {
      class: open ? "row scope" : "row",
      id: freshId("row"),
      role: "treeitem",
      "aria-level": depth + 1,
      "aria-posinset": row.place,
      "aria-setsize": row.many,
      "aria-expanded": leaf ? null : String(open),
      title: network.nodes[item.shows].name,
      "data-row": at,
      "data-layer": open ? null : network.nodes[item.shows].name,
    },
    laneDrawing(lane, network.nodes[item.shows]),
    label,
    element(
      "span",
      { class: "size" },
      open ? "" : [element("span", { class: "unseen" }, "field "), sizeOf(network, item.shows)],
    ),
    shape("svg", { class: "mini", "aria-hidden": "true" }),
  );
  node.style.transform = `translateY(${at * ROW}px)`;
  return node;
}

/** The size of a layer's field, in short: one number where all axes are alike. */
export function sizeOf(network, number) {
  const seen = seenBy(network, number);
  if (!seen) return "–";
  const text = textOf(network, number, "size");
  if (text) return text.replaceAll("x", " × ");
  if (seen.local.every((local) => local === null)) return "all";
  return number === network.origin ? "1" : number < network.inputs ? "–" : "?";
}

function laneDrawing({ lane, into, pass, on }, layer) {
  const middle = ROW / 2;
  const line = (d, kind) => shape("path", { d, class: kind });
  const drawn = pass.filter((other) => other !== lane).map((other) => line(`M${across(other)} 0V${ROW}`, "lane"));
  if (lane === null) return shape("svg", { class: "lanes", "aria-hidden": "true" }, drawn);
  const x = across(lane);
  for (const other of new Set(into)) {
    const from = across(other);
    const curve =
      from === x ? `M${x} 0V${middle}` : `M${from} 0C${from} ${middle * 0.8} ${x} ${middle * 0.3} ${x} ${middle}`;
    drawn.push(line(curve, other === lane ? "lane" : "lane joins"));
  }
  if (on) drawn.push(line(`M${x} ${middle}V${ROW}`, "lane"));
  const kind = layer.merge ? "dot merge" : layer.from.length ? "dot" : "dot input";
  drawn.push(shape("circle", { cx: x, cy: middle, r: layer.merge ? 4 : 3.2, class: kind }));
  return shape("svg", { class: "lanes", "aria-hidden": "true" }, drawn);
}
