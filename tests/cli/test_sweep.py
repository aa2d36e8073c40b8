"""`rf sweep`: values, files, going on, and calls that make no sense."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli.conftest import RF

from rfcli.cli import sweep as command
from rfcli.cli.entry import run

K = """\
format: 1
input: {size: [64, 64], channels: 3}
parameters: {k: 3, n: 2, width: 1.0, units: [2, 2], t: a}
layers: [{name: c, type: conv, kernel: $k, filters: $(int(8 * width)), repeat: $n}]
"""
"""The field is 1 + n (k - 1)."""


@pytest.fixture
def sweep(rf: RF, tmp_path: Path) -> RF:
    (tmp_path / "k.yaml").write_text(K, encoding="utf-8")
    return lambda *words: rf("sweep", "k.yaml", *words)


VALUES = [
    ("3,5,7", [3, 5, 7]),
    ("3", [3]),
    ("2:5", [2, 3, 4, 5]),
    ("2:9:3", [2, 5, 8]),
    ("9:2:-3", [9, 6, 3]),
    ("-1:1", [-1, 0, 1]),
    ("1,4:6,9", [1, 4, 5, 6, 9]),
    ("3,3,2:4", [3, 2, 4]),
    ("0.25:1:0.25", [0.25, 0.5, 0.75, 1]),
    ("0.1:0.5:0.1", [0.1, 0.2, 0.3, 0.4, 0.5]),
    ("1:2:0.5", [1, 1.5, 2]),
    ("[2,2],[3,4]", [[2, 2], [3, 4]]),
    ("a,b", ["a", "b"]),
    ("'a,b',c", ["a,b", "c"]),
    ("none,null,true", ["none", None, True]),
    ("a:b,1:x", ["a:b", "1:x"]),
    (" 3 , 5 ", [3, 5]),
    ("1.5", [1.5]),
]


@pytest.mark.parametrize(("text", "values"), VALUES)
def test_values(sweep: RF, text: str, values: list[object]) -> None:
    status, out, err = sweep("--grid", f"t={text}", "-f", "ndjson")
    assert [json.loads(line)["t"] for line in out.splitlines()] == values
    assert (status, err) == (
        0,
        f"{len(values)} settings, {len(values)} rows\n".replace("1 settings, 1 rows", "1 setting, 1 row"),
    )


USAGE = [
    (["--grid", "k=1:1e9"], "--grid k: a range is 2:12 or 2:12:2, of plain numbers, is '1:1e9'"),
    (["--grid", "k=1:2:3:4"], "--grid k: a range is 2:12 or 2:12:2"),
    (["--grid", "k=1", "--where", "size >"], "cannot read the expression 'size >'\n"),
    ([], "say what to vary: --grid NAME=3,5,7 or NAME=2:12; the parameters are k, n, width, units, t"),
    (["--grid", "k"], "--grid takes NAME=VALUES, as kernel=3,5,7 or depth=2:12, is 'k'"),
    (["--grid", "=3"], "--grid takes NAME=VALUES"),
    (["--grid", "k="], "--grid k= has no values: give some"),
    (["--grid", "k=[]", "--grid", "n="], "--grid n= has no values"),
    (["--grid", "k=12:2"], "--grid k: a range without values (12:2 counts down: write 12:2:-1)"),
    (["--grid", "k=2:12:0"], "--grid k: a range without values (2:12:0 never gets there)"),
    (["--grid", "k=2:12:-1"], "--grid k: a range without values (2:12:-1 never gets there)"),
    (["--grid", "k={a: 3}"], "--grid k: a value is a scalar or a list, not a mapping"),
    (["--grid", "k=[3"], "--grid k=[3: "),
    (["--grid", "k=3", "--grid", "k=5"], "--grid k is given twice"),
    (["--grid", "k=3", "--set", "k=5"], "--grid k and --set k: either it varies or it is set"),
    (["--grid", "kk=3"], "k.yaml: --grid: there is no parameter 'kk' (did you mean 'k'?)"),
    (["--grid", "k=3", "--where", "("], "--where '(': a bracket is not closed"),
    (["--grid", "zebra=3"], "k.yaml: --grid: there is no parameter 'zebra' (known here: k, n, width, units, t)"),
    (["--grid", "k=3", "--set", "zebra=3"], "k.yaml: --set: there is no parameter 'zebra'"),
    (
        ["--grid", "k=1:1000000", "--grid", "n=1:1000000"],
        "--grid: it has 1,000,000 x 1,000,000 = 1,000,000,000,000 settings",
    ),
    (
        ["--grid", "k=1:1000000000,7"],
        "--grid k: 1:1000000000 has 1,000,000,000 values, beside others at most 1,000,000",
    ),
    (["--grid", "k=0:1:0.0000001"], "0:1:0.0000001 has 10,000,001 values"),
    (["--grid", "k=3", "--seed", "1"], "--seed goes with --sample"),
    (["--grid", "k=3", "--sample", "0"], "--sample takes a number from 1, is 0"),
    (["--grid", "k=3", "-j", "0"], "-j takes a number of processes from 1, is 0"),
    (
        ["--grid", "k=3", "-o", "a.xlsx"],
        "-o a.xlsx: its ending says the format, there is .csv, .tsv, .ndjson, .parquet",
    ),
    (["--grid", "k=3", "-o", "a"], "-o a: its ending says the format"),
    (["--grid", "k=3", "-o", "a.csv", "-f", "ndjson"], "-f ndjson contradicts -o a.csv, whose ending says csv"),
    (["--grid", "k=3", "--resume"], "--resume goes on with a file"),
    (["--grid", "k=3", "--resume", "-o", "-"], "--resume goes on with a file"),
    (["--grid", "k=3", "--wide"], "--wide is for csv, tsv and parquet"),
    (["--grid", "k=3", "--wide", "-o", "a.ndjson"], "--wide is for csv, tsv and parquet"),
    (["--grid", "k=3", "-o", "nowhere/a.csv"], "cannot write "),
    (["--grid", "k=3", "--where", "siz > 3"], "--where 'siz > 3': there is no column 'siz' (did you mean 'size'?)"),
    (["--grid", "k=3", "--where", "size"], "--where must be true or false"),
    (["--grid", "k=3", "--input-size", "x"], "--input-size takes"),
]


@pytest.mark.parametrize(("words", "said"), USAGE)
def test_calls_that_make_no_sense(sweep: RF, words: list[str], said: str) -> None:
    status, out, err = sweep(*words)
    assert (status, out) == (2, "")
    assert err.startswith("rf sweep: ")
    assert said in err
    assert err.count("\n") == 1


def test_networks_that_cannot_be_read(rf: RF, tmp_path: Path) -> None:
    assert rf("sweep", "bad.yaml", "--grid", "k=3")[0] == 1
    status, _, err = rf("sweep", "nowhere.yaml", "--grid", "k=3")
    assert status == 2 and "RF001" in err
    status, _, err = rf("sweep", ".", "--grid", "k=3")
    assert status == 2 and "it is a folder" in err
    status, _, err = rf("sweep", "net.yaml", "--grid", "k=3")
    assert (status, err) == (2, "rf sweep: net.yaml: --grid: there is no parameter 'k' (it has none)\n")


def test_a_table(sweep: RF) -> None:
    status, out, err = sweep("--grid", "k=3,5", "--grid", "n=1:2", "--where", "size > 3")
    assert (status, err) == (0, "4 settings, 3 rows, 1 left out by --where\n")
    assert out.splitlines()[0].split() == [
        "network", "k", "n", "layer", "size", "stride", "padding", "output_size", "params", "macs", "flops",
    ]  # fmt: skip
    assert [line.split()[:5] for line in out.splitlines()[2:]] == [
        ["k.yaml", "3", "2", "c_2", "5"], ["k.yaml", "5", "1", "c_1", "5"], ["k.yaml", "5", "2", "c_2", "9"],
    ]  # fmt: skip


def test_nothing_is_left(sweep: RF) -> None:
    assert sweep("--grid", "k=3", "--where", "false") == (0, "", "1 setting, 0 rows, 1 left out by --where\n")
    assert sweep("--grid", "k=3", "--where", "false", "-f", "csv", "-q")[1].startswith("network,k,layer")


def test_problems_stand_in_a_column(sweep: RF) -> None:
    status, out, err = sweep("--grid", "k=3,99,x", "-f", "csv")
    assert (status, err) == (0, "3 settings, 3 rows, 2 with problems\n")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["problems"][:5] for row in rows] == ["", "RF305", "RF208"]
    assert [row["size"] for row in rows] == ["5", "", ""]


def test_no_setting_is_right(sweep: RF) -> None:
    status, out, err = sweep("--grid", "k=99,x", "-f", "csv")
    assert status == 1
    assert len(out.splitlines()) == 3
    assert err.splitlines()[-1].startswith("rf: no setting is right: RF305 conv 'c_1': ")


def test_from_standard_input(sweep: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(K.encode())

        def reconfigure(self, **_: object) -> None:
            pass

    monkeypatch.setattr(sys, "stdin", Stdin())
    assert run(["sweep", "-", "--grid", "k=3"]) == 0


def test_one_layer_and_another_size(sweep: RF) -> None:
    _, out, _ = sweep("--grid", "n=1:2", "--layer", "c_1", "--input-size", "32x16", "-f", "csv", "--wide")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["size_h"], row["output_size_h"], row["output_size_w"]) for row in rows] == [("3", "30", "14")] * 2


def test_samples(sweep: RF) -> None:
    words = ["--grid", "k=1:1000000", "--grid", "n=1:1000000", "--sample", "3", "-f", "csv"]
    first, same, other = sweep(*words), sweep(*words, "--seed", "0"), sweep(*words, "--seed", "1")
    assert first[1] == same[1] != other[1]
    assert len(first[1].splitlines()) == 4


def test_files(sweep: RF, tmp_path: Path) -> None:
    grid = ["--grid", "k=1:20", "--grid", "n=1,2"]
    for ending in ("csv", "tsv", "ndjson"):
        status, out, _ = sweep(*grid, "-o", f"a.{ending}")
        assert (status, out) == (0, "")
        assert (tmp_path / f"a.{ending}").read_text() == sweep(*grid, "-f", ending)[1]


def test_going_on(sweep: RF, tmp_path: Path) -> None:
    """As after a kill: the file is cut to what the first chunk has written, and the one beside it says so."""
    words = ["--grid", "k=1:30", "--grid", "n=1:20", "--where", "size % 2 == 1", "-o", "a.csv"]
    assert sweep(*words)[0] == 0
    path, beside = tmp_path / "a.csv", tmp_path / "a.csv.sweep.json"
    whole = path.read_bytes()
    told = json.loads(beside.read_text())
    rows = list(csv.DictReader(io.StringIO(whole.decode())))
    done = sum(int(row["k"]) <= 4 for row in rows)
    lines = whole.splitlines(keepends=True)[: done + 1]
    told["done"] = {"settings": 80, "rows": done, "bytes": sum(map(len, lines)), "wrong": 0, "finished": False}
    for torn in (b"", b"k.yaml,5,1", b"".join(whole.splitlines(keepends=True)[done + 1 : done + 9])):
        path.write_bytes(b"".join(lines) + torn)
        beside.write_text(json.dumps(told))
        status, _, err = sweep(*words)
        assert status == 2 and "80 settings are done: --resume goes on" in err
        status, _, err = sweep(*words, "--resume")
        assert status == 0
        assert err.startswith("going on after 80 of 600 settings\n600 settings, ")
        assert path.read_bytes() == whole
    assert sweep(*words, "--resume")[0] == 0
    assert path.read_bytes() == whole
    for other in (["--layer", "c_1"], ["--set", "width=2"]):
        status, _, err = sweep(*words, "--resume", *other)
        assert status == 2 and "is of another sweep" in err
    (tmp_path / "k.yaml").write_text(K.replace("3}", "1}"), encoding="utf-8")
    status, _, err = sweep(*words, "--resume")
    assert status == 2 and "texts of the networks" in err
    (tmp_path / "k.yaml").write_text("# a comment changes nothing\n" + K, encoding="utf-8")
    assert sweep(*words, "--resume")[0] == 0


def test_a_file_that_cannot_be_gone_on_with(sweep: RF, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("precious\n")
    status, _, err = sweep("--grid", "k=3", "-o", "a.csv", "--resume")
    assert status == 2 and "give another file, or delete it" in err
    assert (tmp_path / "a.csv").read_text() == "precious\n"


def started(tmp_path: Path, *words: str) -> subprocess.Popen[bytes]:
    (tmp_path / "k.yaml").write_text(K, encoding="utf-8")
    path = str(Path(__file__).parent.parent.parent)
    return subprocess.Popen(
        [sys.executable, "-m", "rfcli", "sweep", "k.yaml", "--grid", "k=1:40", "--grid", "n=1:1000", *words],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path}, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def grown(process: subprocess.Popen[bytes], path: Path) -> None:
    """Waits until a file has rows."""
    beside = Path(f"{path}.sweep.json")
    while not beside.exists() or not json.loads(beside.read_text())["done"]["settings"]:
        assert process.poll() is None
        time.sleep(0.01)


def test_an_interrupt_tells_how_to_go_on(tmp_path: Path) -> None:
    process = started(tmp_path, "-o", "a.csv")
    grown(process, tmp_path / "a.csv")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=600)
    assert process.returncode == 130
    assert err.decode().startswith("rf sweep: interrupted after ")
    assert err.decode().endswith(" of 40,000 settings; the same call with --resume goes on\n")


def test_after_a_kill_it_goes_on(tmp_path: Path) -> None:
    process = started(tmp_path, "-o", "a.csv", "-j", "2", "--where", "k < 3")
    grown(process, tmp_path / "a.csv")
    process.kill()
    process.communicate()
    done = json.loads((tmp_path / "a.csv.sweep.json").read_text())["done"]
    assert 0 < done["settings"] < 40_000 and not done["finished"]
    assert len((tmp_path / "a.csv").read_bytes()) >= done["bytes"]


def test_a_reader_that_leaves(tmp_path: Path) -> None:
    process = started(tmp_path, "-f", "csv", "-j", "2")
    assert process.stdout is not None and process.stderr is not None
    assert process.stdout.readline().startswith(b"network,k,n,layer")
    process.stdout.close()
    assert process.wait(600) == 0
    assert process.stderr.read() == b""
    process.stderr.close()


def test_progress(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = command._Progress(10_000, 1_000, False)
    progress.last = progress.started = time.monotonic() - 10
    progress.show(2_000, 30)
    progress.show(3_000, 30)
    progress.hide()
    assert capsys.readouterr().err == "\r\x1b[K2,000 of 10,000 settings, 30 rows, 100 a second, 80 s left\r\x1b[K"
    quiet = command._Progress(10_000, 0, True)
    quiet.last -= 10
    quiet.show(2_000, 30)
    quiet.hide()
    assert capsys.readouterr().err == ""
    assert [command._duration(seconds) for seconds in (3, 600, 7200)] == ["3 s", "10 min", "2.0 h"]


@pytest.mark.cluster
def test_parquet(sweep: RF, tmp_path: Path) -> None:
    from pyarrow import parquet

    status, _, _ = sweep("--grid", "k=3,5,99", "--grid", "units=[1],[2]", "-o", "a.parquet")
    assert status == 0
    rows = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert [(row["k"], row["units"], row["size_h"]) for row in rows[:3]] == [
        (3, "[1]", 5),
        (3, "[2]", 5),
        (5, "[1]", 9),
    ]
    assert rows[-1]["size_h"] is None and rows[-1]["problems"].startswith("RF305")
    assert sorted(one.name for one in tmp_path.iterdir() if one.name.startswith("a.")) == [
        "a.parquet",
        "a.parquet.sweep.json",
    ]
    assert sweep("--grid", "k=3,5,99", "--grid", "units=[1],[2]", "-o", "a.parquet", "--resume")[0] == 0
