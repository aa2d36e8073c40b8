import assert from "node:assert/strict";
import test from "node:test";
import { around, lanesOf, openedAtFirst, rowsOf, treeOf } from "../../rfcli/page/tree.js";

const named = (names, from) => names.map((name, at) => ({ name, from: from[at], does: "conv", type: "conv" }));

/** A block of two layers, three times, and a layer after them. */
function repeated() {
  const names = ["input", "s/0/a", "s/0/b", "s/1/a", "s/1/b", "s/2/a", "s/2/b", "head"];
  return {
    nodes: named(
      names,
      names.map((_, at) => (at ? [at - 1] : [])),
    ),
    outline: {
      label: "net",
      items: [
        { label: "input", copies: [[0]] },
        {
          label: "s",
          items: [
            {
              label: "0 … 2",
              name: "s/0",
              times: 3,
              items: [
                { label: "a", copies: [[1], [3], [5]] },
                { label: "b", copies: [[2], [4], [6]] },
              ],
            },
          ],
        },
        { label: "head", copies: [[7]] },
      ],
    },
  };
}

const labels = (root, opened) => rowsOf(root, opened).map((row) => row.item.label);

test("repeated blocks are one row, that opens into its copies", () => {
  const network = repeated();
  const root = treeOf(network);
  assert.deepEqual(labels(root, new Set()), ["input", "s", "head"]);
  const opened = new Set(around(root, 4));
  assert.deepEqual(labels(root, opened), ["input", "s", "0 … 2", "0", "1", "a", "b", "2", "head"]);
  const row = rowsOf(root, opened)[6];
  assert.deepEqual([row.depth, row.item.shows, row.place, row.many], [3, 4, 2, 2]);
});

test("no more is opened at first than there is room for", () => {
  const root = treeOf(repeated());
  assert.deepEqual(labels(root, openedAtFirst(root, 3)), ["input", "s", "head"]);
  assert.deepEqual(labels(root, openedAtFirst(root, 4)), ["input", "s", "0 … 2", "head"]);
  assert.equal(labels(root, openedAtFirst(root, 99)).length, 13);
});

test("a skip runs beside the block that it goes around, and both end at the merge", () => {
  const network = {
    nodes: named(["input", "a", "b", "add"], [[], [0], [1], [2, 0]]),
    outline: { label: "net", items: ["input", "a", "b", "add"].map((label, at) => ({ label, copies: [[at]] })) },
  };
  const rows = rowsOf(treeOf(network), new Set());
  const { drawn, most } = lanesOf(network, rows);
  assert.equal(most, 2);
  assert.deepEqual(
    drawn.map((row) => row.lane),
    [0, 1, 1, 0],
  );
  assert.deepEqual(drawn[1], { lane: 1, into: [0], pass: [0], on: true });
  assert.deepEqual(drawn[3].into, [1, 0]);
  assert.deepEqual(drawn[3].pass, []);
  assert.equal(drawn[3].on, false);
});
