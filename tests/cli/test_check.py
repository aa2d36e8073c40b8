"""`rf check`: expectations, bounds of the call and rules."""

from pathlib import Path

import pytest
from bioimage.models import LATER, UNET
from cli.conftest import NET, RF


def test_promises_that_are_kept(rf: RF) -> None:
    assert rf("check", "net.yaml") == (0, "", "1 description passed: 1 expectation and 18 rules\n")
    status, _, err = rf("check", "net.yaml", "-v")
    assert (status, err.splitlines()[0]) == (0, "net.yaml: 1 expectation met, 18 rules kept")


def test_bounds_of_the_call(rf: RF) -> None:
    status, out, err = rf("check", "net.yaml", "--min-size", "5")
    assert status == 1
    assert out.startswith("net.yaml:5:5: RF401 'b': size is expected to be at least 5, it is 4\n")
    assert err == "1 of 1 description failed: 1 problem, checked against 2 expectations and 18 rules\n"
    assert rf("check", "net.yaml", "--min-size", "3", "--max-size", "3", "--max-stride", "1", "--layer", "a")[0] == 0
    assert rf("check", "net.yaml", "--max-lookback", "0", "--max-lookahead", "3")[0] == 0
    assert "lookahead is expected to be at most 0, it is 3" in rf("check", "net.yaml", "--max-lookahead", "0")[1]
    assert rf("check", "net.yaml", "--max-params", "223")[1].startswith("net.yaml:1:1: RF403 ")


def test_selected_rules(rf: RF) -> None:
    status, out, _ = rf("check", "net.yaml", "--select", "RF506", "--diagnostics", "concise")
    assert (status, out) == (1, "net.yaml:5:5: RF506 output 'b' sees 4 samples, fewer than the input's 32\n")
    assert rf("check", "net.yaml", "--select", "RF506, RF507", "--ignore", "RF506")[0] == 0


def test_calls_that_make_no_sense(rf: RF) -> None:
    assert rf("check", "net.yaml", "--layer", "b") == (
        2, "", "rf check: --layer says where a bound holds: add --min-size, --max-size, --max-stride or another bound\n"
    )  # fmt: skip
    status, out, err = rf("check", "net.yaml", "--select", "RF9")
    assert (status, out) == (2, "")
    assert err.startswith("rf check: --select: no rule is called 'RF9'")


def test_other_files_are_passed_over(rf: RF) -> None:
    with open("other.yaml", "w", encoding="utf-8") as stream:
        stream.write("jobs: {}\n")
    status, out, err = rf("check", ".", "--skip-others", "-v")
    assert (status, out) == (0, "")
    assert "./other.yaml: no description, passed over\n" in err
    assert "1 description passed: 1 expectation and 18 rules, 2 other files passed over (" in err


def many(folder: str, count: int) -> None:
    """Copies of a network in a folder."""
    Path(folder).mkdir()
    for number in range(count):
        Path(folder, f"net_{number}.yaml").write_text(NET, encoding="utf-8")


ONCE = {
    "--select RF598": "rf check: --select: no rule is called 'RF598'; did you mean 'RF519'?",
    "--ignore misaligned": "rf check: --ignore: no rule is called 'misaligned'; 'rf rules' lists them",
    "--set n=3": "rf: --set: there is no parameter 'n', the same in all 5 networks",
    "--input-size image=9": "rf: --input-size: there is no input 'image' (there is input), the same in all 5 networks",
    "--input-size 9x9x9": "rf: --input-size: the input size 9x9x9 has 3 entries, the network has 2 axes, the same in all 5 networks",
    "--layer z --min-size 3": "rf: --layer: there is no layer 'z' (known here: a, b), the same in all 5 networks",
    "--limit zz=3": "rf check: --limit: no limit is called 'zz'; there are ",
}


@pytest.mark.parametrize("options", ONCE)
def test_what_fits_no_network_is_told_once(rf: RF, options: str) -> None:
    many("nets", 5)
    status, out, err = rf("check", "nets", *options.split())
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith(ONCE[options])
    if "rule" not in ONCE[options] and "--layer" not in options:
        assert rf("compute", "nets", *options.split())[2].replace("rf compute", "rf check") == err


def test_what_fits_some_networks_is_told_of_the_others(rf: RF) -> None:
    many("nets", 4)
    Path("nets/other.yaml").write_text(NET.replace("name: b", "name: c").replace("layer: b", "layer: c"))
    status, _, err = rf("compute", "nets", "--from", "b", "--layer", "a")
    assert (status, err) == (2, "rf: nets/other.yaml: --from: there is no layer 'b' (known here: input, a, c)\n")
    assert rf("compute", "nets", "--from", "c")[2].startswith(
        "rf: nets/net_0.yaml and 3 more: --from: there is no layer 'c'"
    )


NARROW = "format: 1\ninput: {size: [9, 9], channels: 1}\nlayers: [{name: a, type: conv, kernel: 3, filters: 1}]\n"


def test_models_of_bioimage_io(rf: RF) -> None:
    """Held against their network, with a remark on each that is mended."""
    Path("weights.onnx").write_text(UNET, encoding="utf-8")
    Path("rdf.yaml").write_text(LATER.replace("halo: 7  #", "halo: 3  #"), encoding="utf-8")
    status, out, err = rf("check", "rdf.yaml", "--diagnostics", "concise")
    told = "the halo of output 'prob' along y is 3, at least 7 is needed: 7 outputs at the start and 7 at the end read beyond the input"
    assert (status, out) == (1, f"rdf.yaml:21:15: RF407 {told}\n") and "1 of 1 description failed" in err
    # As for descriptions: what is expected is told unless the selection says of which kind.
    Path("net.yaml").write_text(f"{NARROW}expect: [{{layer: a, size: 5}}]\n", encoding="utf-8")
    for words, status in (
        ("--ignore RF407,RF401", 0), ("--ignore RF4", 0), ("--select RF5", 1), ("--select RF501", 1), ("--select RF4", 1),
        ("--select RF402", 0), ("--select RF407,RF401", 1), ("--select ALL", 1), ("--ignore ALL", 1),
    ):  # fmt: skip
        for file in ("rdf.yaml", "net.yaml"):
            assert rf("check", file, *words.split(), "--diagnostics", "concise")[0] == status, (file, words)
    for written, words, status in (
        ('ignore = ["RF407", "RF401"]', "", 0), ('ignore = ["RF4"]', "--select RF4", 1), ('select = ["RF402"]', "", 0),
        ('select = ["RF402"]', "--select RF407,RF401", 1), ('select = ["RF5"]', "", 1), ('[tool.rf.per-file-ignores]\n"*.yaml" = ["RF4"]', "", 0),
    ):  # fmt: skip
        Path("pyproject.toml").write_text(f"[tool.rf]\n{written}\n", encoding="utf-8")
        for file in ("rdf.yaml", "net.yaml"):
            assert rf("check", file, *words.split())[0] == status, (file, written, words)
    Path("pyproject.toml").unlink()
    status, out, err = rf("check", "rdf.yaml", "--fix", "-v")
    assert (status, out) == (0, "") and "rdf.yaml: 1 halo written" in err
    assert "output 'prob' along x needs a halo of 7 at the start and 7 at the end" in err
    assert Path("rdf.yaml").read_text(encoding="utf-8") == LATER
    status, _, err = rf("check", "rdf.yaml", "--network", "nowhere.onnx")
    assert status == 2
    assert rf("check", "net.yaml", "--fix") == (
        2,
        "",
        "rf check: --fix: it is for models of bioimage.io alone, as in rf check rdf.yaml\n",
    )
