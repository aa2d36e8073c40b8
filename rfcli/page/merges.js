/** Centers, and the paths that meet in a merge where they do not lie alike: each with its region and its center. */

import { mark, shape } from "./build.js";

/** A cross about a spot, its arms so long across and down. */
export const crossAt = (y, x, across, down) => `M${x - across} ${y}h${2 * across}M${x} ${y - down}v${2 * down}`;

/** Lays a rectangle over bounds; without any it has no size. */
export function overBounds(rect, down, along) {
  const [y, x] = [down ?? [0, -1], along ?? [0, -1]];
  const none = !down || !along;
  const values = { x: x[0], y: y[0], width: none ? 0 : x[1] - x[0] + 1, height: none ? 0 : y[1] - y[0] + 1 };
  for (const [key, value] of Object.entries(values)) mark(rect, key, value);
}

/** The marks of the paths of a merge on a plane: their outlines take turns where they coincide. */
export function pathMarks(paths, [down, along], across, tall) {
  return paths.map((path, at) => {
    const outline = shape("rect", { class: `path path-${at % 3}`, "data-path": path.name });
    overBounds(outline, down === null ? [0, 0] : path.axes[down], path.axes[along]);
    const [y, x] = [down === null ? 0.5 : path.center[down] + 0.5, path.center[along] + 0.5];
    return shape(
      "g",
      {},
      outline,
      shape("path", { class: `path center path-${at % 3}`, d: crossAt(y, x, across, tall) }),
    );
  });
}
