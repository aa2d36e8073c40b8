/** The table of layers: sorted by its heads, filtered by a word, its rows choose layers. */

import { element, shown } from "./build.js";

/** Columns that are shown at first, as far as there are any. */
const FIRST = [
  "type",
  "output_size",
  "channels",
  "size",
  "extent",
  "stride",
  "padding",
  "center",
  "phase_sizes",
  "params",
  "macs",
];
const AT_ONCE = 400;
/** A text of more letters may be cut off, and is then told when one points at it. */
const LONG = 24;

/** Rows of the table: for each layer its number, its name and the texts of all columns. */
export function tableRows(network) {
  const rows = [];
  for (let at = network.inputs; at < network.nodes.length; at += 1) {
    if (network.nodes[at].hidden) continue;
    rows.push({
      at,
      texts: [
        network.nodes[at].name,
        ...network.table.columns.map((column) => column.texts[column.rows[at - network.inputs]] ?? ""),
      ],
    });
  }
  return rows;
}

/** Sorts rows by a column: numbers by size, texts by their letters, what is missing last. */
export function sortedRows(rows, column, numeric, down) {
  const value = (row) => (numeric ? numberIn(row.texts[column]) : row.texts[column]);
  const missing = (one) => one === "" || Number.isNaN(one);
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (missing(x) || missing(y)) return missing(x) - missing(y) || a.at - b.at;
    const order = numeric ? x - y : x.localeCompare(y, "en", { numeric: true });
    return (down ? -order : order) || a.at - b.at;
  });
}

/** The first number of a text: "51x37" is 51, "1/3" a third. */
function numberIn(text) {
  const found = /^(-?[\d.]+)(?:\/(\d+))?/.exec(text);
  return found ? Number(found[1]) / Number(found[2] ?? 1) : Number.NaN;
}

/** Makes the table of a network. `choose(layer)` is called when a row's layer is chosen. */
export function tableView(network, choose) {
  const columns = [
    { key: "layer", title: "layer", help: "name of the layer", numbers: false },
    ...network.table.columns,
  ];
  const all = tableRows(network);
  const used = columns.map(
    (column, at) => at === 0 || (FIRST.includes(column.key) && all.some((row) => row.texts[at] !== "")),
  );
  const phases = columns.findIndex((column) => column.key === "phase_sizes");
  if (phases > 0 && all.every((row) => !row.texts[phases].includes(" "))) used[phases] = false;
  let [sorted, down, word, most, looked, everything] = [-1, false, "", AT_ONCE, -1, false];

  const body = element("tbody");
  const count = element("span", { class: "count", role: "status" });
  const more = element("button", {
    type: "button",
    class: "quiet",
    click: () => {
      most = Infinity;
      draw();
    },
  });
  const heads = columns.map((column, at) => {
    const button = element(
      "button",
      { type: "button", click: () => sort(at) },
      column.title,
      element("span", { class: "arrow", "aria-hidden": "true" }),
    );
    return element(
      "th",
      {
        scope: "col",
        title: [column.help, column.unit].filter(Boolean).join(", "),
        class: column.numbers ? "number" : null,
      },
      button,
    );
  });
  const filter = element("input", {
    type: "search",
    placeholder: "Filter",
    "aria-label": `Filter the layers of ${network.title}`,
    autocomplete: "off",
    spellcheck: "false",
    input: () => {
      word = filter.value.toLowerCase();
      draw();
    },
  });
  const wide = element("input", {
    type: "checkbox",
    change: () => {
      everything = wide.checked;
      draw();
    },
  });
  const table = element(
    "table",
    { class: "layers" },
    element("caption", { class: "unseen" }, `Layers of ${network.title}`),
    element("thead", {}, element("tr", {}, heads)),
    body,
  );
  const box = element(
    "div",
    { class: "tablebox", tabindex: "0", role: "region", "aria-label": `Table of ${network.title}` },
    table,
  );

  function sort(at) {
    if (sorted === at && down) [sorted, down] = [-1, false];
    else [sorted, down] = [at, sorted === at];
    heads.forEach((head, other) => {
      if (other === sorted) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
    draw();
  }

  function draw() {
    const seen = (at) => everything || used[at];
    heads.forEach((head, at) => shown(head, seen(at)));
    const matching = word
      ? all.filter((row) => row.texts[0].toLowerCase().includes(word) || row.texts[1].toLowerCase().includes(word))
      : all;
    const rows = sorted < 0 ? matching : sortedRows(matching, sorted, columns[sorted].numbers, down);
    body.replaceChildren(...rows.slice(0, most).map((row) => rowOf(row, seen)));
    count.textContent = word ? `${rows.length} of ${all.length} layers` : `${all.length} layers`;
    shown(more, rows.length > most);
    more.textContent = `Show all ${rows.length} rows`;
    light();
  }

  function rowOf({ at, texts }, seen) {
    const cells = texts.map((text, column) => {
      if (!seen(column)) return null;
      if (column === 0)
        return element(
          "th",
          { scope: "row" },
          element("button", { type: "button", class: "rowname", click: () => choose(at) }, text),
        );
      const title = text.length > LONG ? text : null;
      return element("td", { class: columns[column].numbers ? "number" : null, title }, text.replace(/^-/, "−") || "–");
    });
    return element("tr", { "data-row-of": at }, cells);
  }

  function light() {
    for (const row of body.children) row.classList.toggle("looked", Number(row.dataset.rowOf) === looked);
  }

  draw();
  const tools = element("div", { class: "tools" }, filter, element("label", {}, wide, " all columns"), count);
  return {
    node: element("div", {}, tools, box, more),
    show(place) {
      if (looked === place.layer) return;
      looked = place.layer;
      light();
    },
  };
}
