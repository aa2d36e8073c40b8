import assert from "node:assert/strict";
import test from "node:test";
import { frameOf, gridStep } from "../../rfcli/page/frame.js";
import { growthOf } from "../../rfcli/page/growth.js";
import { isSmall, seatOf } from "../../rfcli/page/loupe.js";
import { shortestRun } from "../../rfcli/page/profiles.js";
import { litFor } from "../../rfcli/page/sets.js";
import { numbersOf, seenSentence, sentencesOf, sightOf } from "../../rfcli/page/sight.js";
import { firstPlace } from "../../rfcli/page/state.js";
import { madeOf, twoConvs } from "./networks.mjs";

const plain = (text) => text.replace(/[\u2068\u2069]/g, "");

function looked(network, change) {
  const place = { ...firstPlace(network), ...change };
  const lit = litFor(network, place);
  return { place, lit, sight: sightOf(network, place, lit) };
}

const said = (network, change) => {
  const { place, sight } = looked(network, change);
  return sentencesOf(network, place, sight).map(plain);
};

test("what an output sees is said, with what lies in the padding", () => {
  assert.deepEqual(said(twoConvs(), { at: [1] }), ["Output 1 of b sees samples 0 to 4."]);
  assert.deepEqual(said(twoConvs(), { at: [0] }), ["Output 0 of b sees samples −2 to 2.", "40 % of that is padding."]);
});

test("an output beside all that a global layer sees reads nothing", () => {
  const network = twoConvs();
  network.clips = [{ runs: [[0, 1]] }];
  network.seen[2] = { local: [null], clip: [0], global: true, through: ["pool"] };
  assert.deepEqual(said(network, { at: [0] }), ["Output 0 of b reads nothing."]);
  assert.deepEqual(said(network, { at: [1] }), ["Output 1 of b sees all that reaches pool."]);
});

test("what of a region is read is not told where that is not known", () => {
  const network = twoConvs();
  network.joint = [{ unknown: "because" }];
  network.seen[2] = { local: [2], clip: [-1], joint: 0, torn: true };
  const [, unread, apart] = said(network, { at: [1] });
  assert.equal(unread, "What of that is read is not known: because.");
  assert.equal(apart, "Where some paths lead nowhere it need not read all of that box.");
  const { place, sight } = looked(network, { at: [1] });
  const rows = numbersOf(network, place, sight);
  assert.deepEqual(rows.find((row) => row.name === "on the input").texts, ["unknown"]);
});

test("of a layer that a slice is followed past a part is known", () => {
  const here = { size: [4], seen: 0, reads: [[0]] };
  const network = madeOf({
    layers: [
      { name: "input", size: [4], seen: 0 },
      { name: "b", from: [0], ...here },
      { name: "concat", from: [1, 1], ...here, reads: [[0], [0]] },
      { name: "slice", from: [2], ...here },
      { name: "sum", from: [2, 3], ...here, reads: [[0], [0]] },
    ],
    via: { 3: [1] },
    seen: [{ local: [0], clip: [-1] }],
    fields: [{ shift: 1, phases: [[0, 0]] }],
    reads: [{ shift: 1, phases: [[0, 0, 1]] }],
  });
  const { lit } = looked(network, { layer: 4, at: [1] });
  assert.deepEqual(
    [0, 1, 2, 3].map((layer) => lit.of(layer).known),
    [true, true, false, true],
  );
});

test("one-sided and global layers are said, and so is what is not known", () => {
  const network = twoConvs();
  network.seen[2].sides = ["before"];
  network.seen[2].through = ["a"];
  assert.equal(said(network, { at: [1] })[1], "It also sees everything before, through a.");
  network.seen[2] = { local: [2], clip: [-1], global: true, through: ["a", "b", "c", "d", "e"], sides: ["both"] };
  assert.equal(said(network, { at: [1] })[1], "It also sees all that reaches a, b, c and 2 more.");
  network.seen[2] = { local: [null], clip: [-1], global: true, through: ["pool"] };
  assert.deepEqual(said(network, { at: [1] }), ["Output 1 of b sees all that reaches pool."]);
  network.fields[2] = { unknown: "because" };
  network.seen[2] = { local: [2], clip: [-1] };
  assert.deepEqual(said(network, { at: [1] }), ["Where output 1 of b lies is not known: because."]);
});

test("which outputs see a sample is said", () => {
  const network = twoConvs();
  const { place, lit } = looked(network, { at: null, sample: [2] });
  assert.equal(
    plain(seenSentence(network, place, lit)),
    "Sample 2 lies in the regions of 3 of the 4 outputs of b: 0 to 2.",
  );
});

test("the numbers of an output: region, what is left of it, padding on both sides, phases", () => {
  const network = twoConvs();
  network.fields[2] = {
    shift: 2,
    phases: [
      [-2, 2],
      [0, 2],
    ],
  };
  const { place, sight } = looked(network, { at: [0] });
  const rows = Object.fromEntries(numbersOf(network, place, sight).map(({ name, texts }) => [name, texts[0]]));
  assert.equal(rows.region, "−2 … 2");
  assert.equal(rows["on the input"], "0 … 2");
  assert.equal(rows["in the padding"], "2 + 0");
  assert.equal(rows.center, "0");
  assert.equal(rows.phase, "0 of 2");
  assert.equal(rows["sizes by phase"], "5, 3");
});

test("the paths of a merge are told where their centers differ", () => {
  const network = madeOf({
    layers: [
      { name: "input", size: [9], seen: 0 },
      { name: "wide", from: [0], size: [9], seen: 1, reads: [[0]] },
      { name: "sum", type: "add", from: [1, 0], size: [9], seen: 1, reads: [[1], [1]] },
    ],
    merges: [2],
    reads: [
      { shift: 1, phases: [[0, 1, 1]] },
      { shift: 1, phases: [[0, 0, 1]] },
    ],
    fields: [
      { shift: 1, phases: [[0, 0]] },
      { shift: 1, phases: [[0, 1]] },
    ],
    seen: [
      { local: [0], clip: [-1] },
      { local: [1], clip: [-1], aligned: false },
    ],
  });
  const { sight } = looked(network, { at: [3] });
  assert.deepEqual(
    sight.paths.map((path) => [path.name, path.axes[0], path.center[0]]),
    [
      ["wide", [3, 4], 3.5],
      ["input", [3, 3], 3],
    ],
  );
});

test("the drawing has room for what lies beside the input, but not for all of it", () => {
  const [[start, end]] = frameOf(twoConvs(), 2);
  assert.ok(start < 0 && start >= -1.01 && end > 8 && end <= 9.01);
  assert.equal(gridStep(16), 1);
  assert.equal(gridStep(224), 16);
});

test("a small region is drawn large, in the corner farthest from it", () => {
  const frame = { x: [0, 100], y: [0, 100] };
  assert.ok(
    isSmall(frame, [
      [10, 14],
      [80, 84],
    ]),
  );
  assert.ok(
    !isSmall(frame, [
      [10, 30],
      [80, 84],
    ]),
  );
  const seat = seatOf(frame, [
    [10, 14],
    [80, 84],
  ]);
  assert.ok(seat.x < 50 && seat.y > 50);
});

test("growth has one line for axes that grow alike, and the first layer that sees the whole input", () => {
  const network = twoConvs();
  const column = { texts: ["3", "9"], rows: [0, 1] };
  network.columns = { size: column };
  const [line, ...more] = growthOf(network);
  assert.equal(more.length, 0);
  assert.deepEqual(
    line.path.map((point) => point.size),
    [3, 9],
  );
  assert.equal(line.first.at, 2);
});

test("the run that weighs most", () => {
  assert.equal(shortestRun([0, 1, 3, 4, 1, 0], 2), 2);
  assert.equal(shortestRun([5, 1, 1], 3), 0);
});
