/** Numbers and places as people read them, and as tests do. */

import { reasonOf } from "./geometry.js";

/** A number with a true minus and groups of three digits; half samples as they are. */
export function figure(value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "string") return value.replace(/^-/, "−");
  if (typeof value !== "number") return reasonOf(value) ? "unknown" : "–";
  const rounded = Math.round(value * 1000) / 1000;
  return rounded.toLocaleString("en", { maximumFractionDigits: 3 }).replace(/^-/, "−");
}

/** "rows −145 to 337". */
export const fromTo = (bounds) => (bounds ? `${figure(bounds[0])} to ${figure(bounds[1])}` : "none");

/** "7 × 7": a size along each axis. */
export const sizeText = (sizes) => sizes.map((size) => (reasonOf(size) ? "?" : figure(size))).join(" × ");

/** A name within a sentence: what it does to the direction of letters ends with it. */
export const isolated = (name) => `\u2068${name}\u2069`;

/** A place, as people read it: "3, 3". */
export const placeText = (place) => place.join(", ");

/** A place, as a mark's attribute has it: "3,3". */
export const placeKey = (place) => place.join(",");

/** Bounds for each axis, as a mark's attribute has them: "u0,v0;u1,v1", "-" along an axis without any. */
export function boundsKey(axes) {
  if (axes.every((bounds) => !bounds || reasonOf(bounds))) return "";
  return axes.map((bounds) => (bounds && !reasonOf(bounds) ? bounds.join(",") : "-")).join(";");
}

/** "25.6 M": a count of parameters or operations, short. */
export function shortCount(value) {
  if (typeof value !== "number") return figure(value);
  const powers = [
    [1e12, "T"],
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ];
  for (const [power, letter] of powers) {
    if (value >= power) return `${Number((value / power).toPrecision(3))} ${letter}`;
  }
  return figure(value);
}
