"""`rf export`: networks for other tools, and what they cannot say."""

import ast
import json

from cli.conftest import RF


def test_targets(rf: RF) -> None:
    status, out, _ = rf("export", "net.yaml")
    assert (status, [type(one).__name__ for one in ast.parse(out).body][-1]) == (0, "ClassDef")
    status, out, _ = rf("export", "net.yaml", "--to", "keras-json")
    layers = json.loads(out)["config"]["layers"]
    assert (status, [layer["class_name"] for layer in layers]) == (0, ["InputLayer", "Conv2D", "MaxPooling2D"])


def test_a_layer_that_the_target_cannot_say(rf: RF) -> None:
    with open("custom.yaml", "w", encoding="utf-8") as stream:
        stream.write("format: 1\nlayers: [{name: x, type: custom, kernel: 3}]\n")
    status, out, err = rf("export", "custom.yaml")
    assert (status, out) == (1, "")
    assert err.startswith("custom.yaml:2:10: RF601 ")
