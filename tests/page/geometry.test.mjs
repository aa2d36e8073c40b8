import assert from "node:assert/strict";
import test from "node:test";
import * as geometry from "../../rfcli/page/geometry.js";
import { madeOf, twoConvs } from "./networks.mjs";

const {
  boundsOf,
  carriedBack,
  clippedAt,
  clippedOf,
  coversAt,
  coversOf,
  endsOf,
  onMap,
  readBy,
  regionAt,
  regionOf,
  standsAt,
  tidied,
} = geometry;

test("a field repeats after its phases, before output 0 too", () => {
  const fields = [{ shift: 2, phases: [[-2, 2], null, [0, 4]] }];
  assert.deepEqual(boundsOf(fields, 0, 0), [-2, 2]);
  assert.equal(boundsOf(fields, 0, 4), null);
  assert.deepEqual(boundsOf(fields, 0, 5), [2, 6]);
  assert.deepEqual(boundsOf(fields, 0, -1), [-2, 2]);
});

test("fields of several strides are united output by output, listed ones looked up", () => {
  const fields = [
    { shift: 1, phases: [[0, 0]] },
    { shift: 2, phases: [[1, 2]] },
    { parts: [0, 1] },
    { regions: [[3, 4], null] },
  ];
  assert.deepEqual(boundsOf(fields, 2, 0), [0, 2]);
  assert.deepEqual(boundsOf(fields, 2, 5), [5, 12]);
  assert.deepEqual(boundsOf(fields, 3, 0), [3, 4]);
  assert.equal(boundsOf(fields, 3, 1), null);
  assert.equal(boundsOf(fields, 3, 2), null);
});

test("an unknown field stays unknown, with its reason", () => {
  const unknown = { unknown: "because" };
  assert.equal(boundsOf([unknown], 0, 3), unknown);
});

test("runs are put in order, and joined where they touch", () => {
  assert.deepEqual(tidied([5, 6, 0, 1, 2, 2, 9, 9]), [0, 2, 5, 6, 9, 9]);
  assert.deepEqual(tidied([0, 9, 3, 4]), [0, 9]);
  assert.deepEqual(tidied([]), []);
});

test("what a layer reads: kernels, strides, dilations, masks, phases", () => {
  const rows = [
    [[2, 4], { shift: 1, phases: [[-1, 1, 1]] }, [1, 5]],
    [[1, 2], { shift: 3, phases: [[0, 1, 1]] }, [3, 4, 6, 7]],
    [[0, 0], { shift: 1, phases: [[0, 8, 4]] }, [0, 0, 4, 4, 8, 8]],
    [[0, 1], { shift: 1, phases: [[0, 4, 4]] }, [0, 1, 4, 5]],
    [[0, 3], { shift: 1, phases: [[0, 8, 4]] }, [0, 11]],
    [[0, 0], { shift: 1, phases: [[-2, 2, 1]], kept: ["19"] }, [-2, -1, 2, 2]],
    [
      [0, 3],
      {
        shift: 1,
        phases: [
          [-1, 0, 1],
          [0, 0, 1],
        ],
      },
      [-1, 1],
    ],
    [[1, 1], { shift: 2, phases: [[0, 0, 1], null] }, []],
    [
      [-1, -1],
      {
        shift: 1,
        phases: [
          [5, 5, 1],
          [7, 7, 1],
        ],
      },
      [6, 6],
    ],
  ];
  for (const [outputs, reads, expected] of rows)
    assert.deepEqual(readBy(outputs, reads), expected, JSON.stringify([outputs, reads]));
});

test("what is read equals what is read output by output", () => {
  const all = [
    { shift: 2, phases: [[-1, 3, 2]] },
    { shift: 3, phases: [[0, 4, 1]] },
    { shift: 1, phases: [[-2, 4, 3]] },
    { shift: 2, phases: [[0, 1, 1], [1, 5, 2], null] },
  ];
  for (const reads of all) {
    for (let first = -3; first < 3; first += 1) {
      for (let last = first; last < first + 9; last += 1) {
        const singly = [];
        for (let o = first; o <= last; o += 1) singly.push(...readBy([o, o], reads));
        assert.deepEqual(readBy([first, last], reads), tidied(singly));
      }
    }
  }
});

test("the sample that stands beside a map of five", () => {
  const at = (mode, place) => standsAt({ mode, kept: [0, 5] }, place);
  assert.deepEqual(
    [-2, -1, 5, 6].map((place) => at("circular", place)),
    [3, 4, 0, 1],
  );
  assert.deepEqual(
    [-2, -1, 5, 6].map((place) => at("replicate", place)),
    [0, 0, 4, 4],
  );
  assert.deepEqual(
    [-2, -1, 5, 6].map((place) => at("reflect", place)),
    [2, 1, 3, 2],
  );
  assert.deepEqual(
    [-2, -1, 5, 6].map((place) => at("symmetric", place)),
    [1, 0, 4, 3],
  );
  assert.equal(standsAt({ mode: "circular", kept: [1, 4] }, 0), 3);
});

test("zeros beside a map read nothing, copies read the sample that stands there", () => {
  assert.deepEqual(onMap([-2, 1, 4, 9], 6, null), [0, 1, 4, 5]);
  const border = {
    mode: "circular",
    n: 6,
    added: [
      [-1, 0],
      [6, 7],
    ],
    kept: [0, 6],
  };
  assert.deepEqual(onMap([-2, 0], 6, border), [0, 0, 5, 5]);
});

test("an output is carried back through every layer between", () => {
  const network = twoConvs();
  assert.deepEqual(carriedBack(network, 2, 0, 0, "open").local, [
    [-2, 2],
    [-1, 1],
    [0, 0],
  ]);
  assert.deepEqual(carriedBack(network, 2, 0, 0, "read").local, [
    [0, 2],
    [0, 1],
    [0, 0],
  ]);
  assert.deepEqual(endsOf(carriedBack(network, 2, 0, 3, "read").local[0]), [4, 7]);
});

test("region, what is left of it on the map, and the outputs that see a sample", () => {
  const network = twoConvs();
  assert.deepEqual(regionOf(network, 2, 0, 3), [4, 8]);
  assert.deepEqual(clippedOf(network, 2, 0, 3), [4, 7]);
  assert.deepEqual(coversOf(network, 2, 0, 2), [0, 2]);
  assert.deepEqual(coversOf(network, 2, 0, 7), [3, 3]);
});

test("a global layer reads all of its input, and what lies before that is carried on", () => {
  const network = madeOf({
    layers: [
      { name: "input", size: [9], seen: 0 },
      { name: "a", from: [0], size: [4], seen: 1, reads: [[0]] },
      { name: "pool", from: [1], size: [1], seen: 2, reads: [[-1]] },
    ],
    reads: [{ shift: 2, phases: [[0, 1, 1]] }],
    fields: [
      { shift: 1, phases: [[0, 0]] },
      { shift: 2, phases: [[0, 1]] },
    ],
    seen: [
      { local: [0], clip: [-1] },
      { local: [1], clip: [-1] },
      { local: [null], clip: [0], global: true },
    ],
    clips: [{ runs: [[0, 1, 0, 7, 0, 0]] }],
  });
  const { local, whole } = carriedBack(network, 2, 0, 0, "read");
  assert.equal(local[0], undefined);
  assert.deepEqual(
    [whole[1], whole[0]],
    [
      [0, 3],
      [0, 7],
    ],
  );
  assert.deepEqual(regionOf(network, 2, 0, 0), [0, 8]);
  assert.deepEqual(clippedOf(network, 2, 0, 0), [0, 7]);
});

test("a layer that sees all before reads from the start of the map, on the map only", () => {
  const network = madeOf({
    layers: [
      { name: "input", size: [9], seen: 0 },
      { name: "lstm", from: [0], size: [9], seen: 0, reads: [[0]], sides: [1] },
    ],
    reads: [{ shift: 1, phases: [[0, 0, 1]] }],
    fields: [{ shift: 1, phases: [[0, 0]] }],
    seen: [{ local: [0], clip: [-1] }],
  });
  assert.deepEqual(carriedBack(network, 1, 0, 5, "open").local[0], [5, 5]);
  assert.deepEqual(carriedBack(network, 1, 0, 5, "read").local[0], [0, 5]);
});

test("what is read of a hidden part counts for the layer that it stands for", () => {
  const network = madeOf({
    layers: [
      { name: "input", size: [9], seen: 0 },
      { name: "a", from: [0], size: [9], seen: 0, reads: [[0]] },
      { name: "b", from: [1], size: [9], seen: 0, reads: [[0]] },
      { name: "a (half)", size: [9], reads: [[0]] },
    ],
    via: { 2: [3], 3: [0] },
    stands: { 3: 1 },
    order: [0, 3, 1, 2],
    reads: [{ shift: 1, phases: [[0, 0, 1]] }],
    fields: [{ shift: 1, phases: [[0, 0]] }],
    seen: [{ local: [0], clip: [-1] }],
  });
  const { local } = carriedBack(network, 2, 0, 4, "read");
  assert.deepEqual(
    [local[1], local[0]],
    [
      [4, 4],
      [4, 4],
    ],
  );
});

test("exceptions to the rule: runs of outputs, outputs that read nothing, and what is not known", () => {
  const network = twoConvs();
  network.clips = [
    {
      runs: [
        [0, 2, 1, 2, 2, 2],
        [3, 1],
      ],
    },
    { unknown: "too long" },
  ];
  network.seen[2].clip = [0];
  assert.deepEqual(
    [0, 1, 2, 3].map((o) => clippedOf(network, 2, 0, o)),
    [[1, 2], [3, 4], [2, 6], null],
  );
  network.seen[2].clip = [1];
  assert.deepEqual(clippedOf(network, 2, 0, 0), { unknown: "too long" });
});

test("an output that covers nothing along one axis covers nothing", () => {
  const seen = [{ local: [0, 1], clip: [-1, -1] }];
  const fields = [{ shift: 1, phases: [[0, 0]] }, { shift: 1, phases: [[0, 0], null] }];
  const network = { nodes: [{ seen: 0 }], seen, fields };
  assert.deepEqual(regionAt(network, 0, [3, 0]), [
    [3, 3],
    [0, 0],
  ]);
  assert.deepEqual(regionAt(network, 0, [3, 1]), [null, null]);
});

test("behind masks a cell has bounds of its own", () => {
  const network = twoConvs();
  network.seen[2].joint = 0;
  network.joint = [
    {
      runs: [
        [0, 1],
        [1, 2, 3, 4, 1, 0],
      ],
    },
  ];
  assert.deepEqual(
    [0, 1, 2, 3].map((o) => clippedAt(network, 2, [o])[0]),
    [null, [3, 4], [4, 4], [4, 7]],
  );
  assert.deepEqual(coversAt(network, 2, [3]), [undefined]);
  assert.deepEqual(coversAt(network, 1, [3]), [[2, 4]]);
  network.fields[1] = {
    shift: 2,
    phases: [
      [0, 0],
      [0, 1],
    ],
  };
  network.memory.clear();
  assert.deepEqual(coversOf(network, 1, 0, 1), [1, 1]);
  assert.deepEqual(coversOf(network, 1, 0, 2), [2, 3]);
});
