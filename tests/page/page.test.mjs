import assert from "node:assert/strict";
import test from "node:test";
import { insideFor, segmentsOf } from "../../rfcli/page/planes.js";
import { centerOf, firstPlace, fragmentOf, placeIn, sameSpot, wordsOf } from "../../rfcli/page/state.js";
import { sortedRows } from "../../rfcli/page/table.js";
import { boundsKey, figure, shortCount } from "../../rfcli/page/words.js";
import { twoConvs } from "./networks.mjs";

test("the fragment says where one looks, and is read back", () => {
  const network = twoConvs();
  network.nodes[2].name = "a/b&c=1 <x>";
  const place = { ...firstPlace(network), at: [3], hold: true };
  const fragment = fragmentOf(0, network, place, ["table", "growth"]);
  assert.equal(fragment, "#n=0&layer=a/b%26c%3D1%20%3Cx%3E&at=3&hold&open=table,growth");
  const words = wordsOf(fragment);
  assert.equal(words.open, "table,growth");
  assert.deepEqual(placeIn(network, words, firstPlace(network)), place);
});

test("a fragment that fits nothing changes nothing, or only what fits", () => {
  const network = twoConvs();
  const before = firstPlace(network);
  assert.equal(placeIn(network, wordsOf("#layer=missing&at=0"), before), before);
  assert.deepEqual(placeIn(network, wordsOf("#layer=b&at=99"), before).at, [2]);
  assert.deepEqual(placeIn(network, wordsOf("#layer=b&sample=7"), before).sample, [7]);
  assert.deepEqual({ ...wordsOf("#%E0%A4%A&x=%") }, { "%E0%A4%A": "", x: "%" });
});

test("another layer is looked at at the same spot", () => {
  const network = twoConvs();
  assert.deepEqual(centerOf(network, 2), [2]);
  assert.deepEqual(sameSpot(network, 1, 2, [7]), [3]);
  assert.deepEqual(sameSpot(network, 2, 1, [0]), [1]);
});

test("maps are drawn as cells, large ones as blocks that cover them once", () => {
  assert.equal(segmentsOf([0, 63], 2).length, 64);
  for (const [n, axes] of [
    [65, 2],
    [112, 2],
    [1000, 2],
    [4096, 2],
    [129, 1],
    [1_000_000, 1],
    [49, 3],
  ]) {
    const segments = segmentsOf([0, n - 1], axes);
    assert.ok(segments.length <= 64, `${n}`);
    assert.equal(segments[0][0], 0);
    assert.equal(segments.at(-1)[1], n - 1);
    for (let k = 1; k < segments.length; k += 1) assert.equal(segments[k][0], segments[k - 1][1] + 1);
  }
});

test("the part that is entered for an output shows it as a cell", () => {
  assert.equal(insideFor([7, 7], [3, 3]), null);
  assert.deepEqual(insideFor([112, 7], [20, 3]), [
    [16, 31],
    [0, 6],
  ]);
  const inside = insideFor([1_000_000], [777_777]);
  assert.ok(segmentsOf(inside[0], 1).some(([first, last]) => first === last && first === 777_777));
});

test("numbers as people read them, places as tests read them", () => {
  assert.equal(figure(-1234.5), "−1,234.5");
  assert.equal(figure("-1/3"), "−1/3");
  assert.equal(shortCount(25_557_032), "25.6 M");
  assert.equal(shortCount(null), "–");
  assert.equal(boundsKey([[-1, 2], null]), "-1,2;-");
  assert.equal(boundsKey([null, null]), "");
});

test("rows are sorted by number or by letter, what is missing last", () => {
  const rows = ["10", "9", "", "51x37", "1/3"].map((text, at) => ({ at, texts: [text] }));
  assert.deepEqual(
    sortedRows(rows, 0, true, false).map((row) => row.texts[0]),
    ["1/3", "9", "10", "51x37", ""],
  );
  assert.deepEqual(
    sortedRows(rows, 0, true, true).map((row) => row.texts[0]),
    ["51x37", "10", "9", "1/3", ""],
  );
  assert.deepEqual(
    sortedRows(
      [
        { at: 1, texts: ["b2"] },
        { at: 2, texts: ["b10"] },
      ],
      0,
      false,
      false,
    ).map((row) => row.at),
    [1, 2],
  );
});

test("a part of a large map that is looked into is kept in the fragment", () => {
  const network = twoConvs();
  network.nodes[2].size = [1000];
  const place = { ...firstPlace(network), at: [500], inside: insideFor([1000], [500]) };
  const fragment = fragmentOf(0, network, place, null);
  assert.equal(fragment, "#n=0&layer=b&at=500&inside");
  assert.deepEqual(placeIn(network, wordsOf(fragment), firstPlace(network)), place);
});
