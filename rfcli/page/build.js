/** Elements, made of tag, attributes and children. Text goes in as text: no markup is ever read from data. */

const SVG = "http://www.w3.org/2000/svg";

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An element of HTML. A function among the attributes listens to the event of that name. */
export const element = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);

/** An element of SVG. */
export const shape = (tag, attributes = {}, ...children) =>
  filled(document.createElementNS(SVG, tag), attributes, children);

/** Sets an attribute, or takes it away where there is no value. Nothing happens where it is so already. */
export function mark(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/** Shows or hides an element. SVG has no `hidden`, so that it is a class. */
export const shown = (node, visible) => node.classList.toggle("gone", !visible);

let named = 0;

/** A name for an element that another one points to. */
export const freshId = (stem) => `${stem}-${(named += 1)}`;
