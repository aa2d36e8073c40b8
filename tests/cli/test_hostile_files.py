"""Hostile files, each in a process of its own: the right code and position, the exit status, soon, in little memory."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rfcli.description.limits import LIMIT_DOCS, MOST, Limits

PATIENCE = 40
"""How many times what a good description takes a refusal may take, on whatever machine: seconds of a processor.
`tests/benchmarks` holds what is promised in seconds."""
MEMORY = 200 << 20
"""What a refusal may take of memory."""

GOOD = "format: 1\nlayers: [{type: relu}]\n"
EXTENDS = "format: 1\nextends: {}\n"


def text(content: str | bytes, name: str = "net.yaml") -> Callable[[Path], list[str]]:
    """A single file."""

    def write(folder: Path) -> list[str]:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return [name]

    return write


def sparse(size: int, head: bytes = b"") -> Callable[[Path], list[str]]:
    def write(folder: Path) -> list[str]:
        with open(folder / "net.yaml", "wb") as stream:
            stream.write(head)
            stream.truncate(size)
        return ["net.yaml"]

    return write


def tree(**files: str) -> Callable[[Path], list[str]]:
    """Several files, the first of which is checked; `->` makes a symbolic link."""

    def write(folder: Path) -> list[str]:
        names = []
        for key, content in files.items():
            path = folder / "inner" / (key + ".yaml")
            path.parent.mkdir(exist_ok=True)
            if content.startswith("-> "):
                path.symlink_to(content[3:])
            else:
                path.write_text(content)
            names.append(f"inner/{key}.yaml")
        (folder / "secret.yaml").write_text(GOOD)
        return names[:1]

    return write


def pipe(content: str) -> Callable[[Path], list[str]]:
    """A file beside a named pipe into which nobody writes."""

    def write(folder: Path) -> list[str]:
        (folder / "a.yaml").write_text(content)
        os.mkfifo(folder / "b.yaml")
        return ["a.yaml"]

    return write


def loop(folder: Path) -> list[str]:
    (folder / "nets" / "deeper").mkdir(parents=True)
    (folder / "nets" / "deeper" / "back").symlink_to(folder / "nets")
    (folder / "nets" / "self").symlink_to("self")
    (folder / "nets" / "net.yaml").write_text(GOOD)
    return ["nets"]


LOL = "a: &a [x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 30)}]\n" for i in range(9)
)

CASES: dict[str, tuple[Callable[[Path], list[str]], int, str]] = {
    "alias bomb": (text(LOL), 1, "net.yaml:5:"),
    "merge bomb": (text("a: &a {x: 1}\n" + "b: {<<: [" + "*a, " * 9999 + "*a]}\n"), 1, "RF105"),
    "nesting": (text("[" * 100_000), 1, "net.yaml:1:65: RF009"),
    "nesting in JSON": (text('{"a":' * 100_000, "net.json"), 1, "RF009"),
    "10^5000": (text("format: 1\nparameters: {a: $(10 ** 5000)}\nlayers: []\n"), 1, "net.yaml:2:"),
    "powers of powers": (text("format: 1\nparameters: {a: $(9**64), b: $(a**64)}\nlayers: []\n"), 1, "RF207"),
    "huge number": (text("format: 1\nlayers: [{type: conv, kernel: 99999999999999999999}]\n"), 1, "RF011"),
    "huge number in JSON": (text('{"format": 1, "layers": [{"type": "conv", "kernel": 1e999}]}', "net.json"), 1, "RF011"),
    "infinity": (text("format: 1\nparameters: {a: .inf}\nlayers: []\n"), 1, "net.yaml:2:17: RF011"),
    "not a number in JSON": (text('{"format": NaN}', "net.json"), 1, "net.json:1:12: RF011"),
    "duplicate key": (text("format: 1\nformat: 1\nlayers: []\n"), 1, "net.yaml:2:1: RF004"),
    "duplicate key in JSON": (text('{"format": 1, "format": 1}', "net.json"), 1, "net.json:1:15: RF004"),
    "key that is no string": (text("format: 1\n1: 2\nlayers: []\n"), 1, "net.yaml:2:1: RF005"),
    "tag": (text("format: 1\nlayers: !!python/object/apply:os.system [true]\n"), 1, "net.yaml:2:9: RF006"),
    "several documents": (text(GOOD + "---\n" + GOOD), 1, "RF007"),
    "byte-order mark": (text(b"\xef\xbb\xbf" + GOOD.encode()), 0, ""),
    "UTF-16": (text(GOOD.encode("utf-16")), 1, "net.yaml:1:1: RF002"),
    "latin-1": (text("format: 1\nname: caf\xe9\nlayers: []\n".encode("latin-1")), 1, "net.yaml:2:10: RF002"),
    "NUL": (text("format: 1\nname: a\0b\nlayers: []\n"), 1, "net.yaml:2:8: RF002"),
    "escape sequence in a name": (text('format: 1\nlayers: [{name: "a\\e[31mb", type: relu}]\n'), 1, "\\x1b[31m"),
    "newline in a name": (text('format: 1\nlayers: [{name: "a\\nb", type: relu}]\n'), 1, "RF211"),
    "formula in a name": (text('format: 1\nlayers: [{name: "=cmd()", type: relu}]\n'), 1, "RF211"),
    "empty": (text(""), 1, "net.yaml:1:1: RF008"),
    "empty JSON": (text("", "net.json"), 1, "net.json:1:1: RF008"),
    "100 MB": (sparse(100 << 20, b"format: 1\n#"), 1, "net.yaml:1:1: RF009"),
    "repeat bomb": (text("format: 1\nlayers: [{type: relu, repeat: 1000000000}]\n"), 1, "net.yaml:2:10: RF009"),
    "repeats within repeats": (
        text("format: 1\nlayers: [{type: sequence, repeat: 9999, layers: [{type: relu, repeat: 9999}]}]\n"), 1, "RF009",
    ),
    "block bomb": (
        text(
            "format: 1\nblocks:\n  b0: {layers: [{type: relu}]}\n"
            + "".join(f"  b{i}: {{layers: [{{block: b{i - 1}}}, {{block: b{i - 1}}}]}}\n" for i in range(1, 30))
            + "layers: [{block: b29}]\n"
        ),
        1,
        "RF009",
    ),
    "recursive block": (text("format: 1\nblocks: {a: {layers: [{block: a}]}}\nlayers: [{block: a}]\n"), 1, "RF009"),
    "blocks within scopes within blocks": (
        text(
            "format: 1\nblocks: {a: {layers: ["
            + "{type: sequence, layers: [" * 27 + "{block: a}" + "]}" * 27
            + "]}}\nlayers: [{block: a}]\n"
        ),
        1,
        "net.yaml:1:1: RF009 blocks, scopes or lists are nested deeper",
    ),
    "circle of layers": (
        text("format: 1\nlayers: [{name: a, type: add, inputs: [b, input]}, {name: b, type: relu}]\n"), 1, "RF203",
    ),
    "extends in a circle": (tree(a=EXTENDS.format("b.yaml"), b=EXTENDS.format("a.yaml")), 1, "RF210"),
    "extends out of the folder": (tree(a=EXTENDS.format("../secret.yaml")), 1, "inner/a.yaml:2:10: RF210"),
    "extends out of the folder by a link": (
        tree(a=EXTENDS.format("b.yaml"), b="-> ../secret.yaml"), 1, "inner/a.yaml:2:10: RF210",
    ),
    "extends an absolute path": (tree(a=EXTENDS.format("/etc/passwd")), 1, "inner/a.yaml:2:10: RF210"),
    "extends a device": (tree(a=EXTENDS.format("b.yaml"), b="-> /dev/zero"), 1, "RF210"),
    "extends a pipe": (pipe(EXTENDS.format("b.yaml")), 2, "a.yaml:2:10: RF001 cannot read 'b.yaml': not a regular file"),
    "folder with a pipe": (lambda folder: [*pipe(GOOD)(folder), "."], 0, ""),
    "extends a URL": (tree(a=EXTENDS.format("http://localhost/net.yaml")), 2, "RF001"),
    "$ref": (text("format: 1\nlayers: []\n$ref: http://localhost/x\n"), 1, "net.yaml:3:1: RF101"),
    "$ref in a layer": (text('format: 1\nlayers: [{$ref: "file:///etc/passwd"}]\n'), 1, "net.yaml:2:"),
    "$schema": (text("$schema: http://localhost/x\nformat: 1\nlayers: []\n"), 1, "net.yaml:1:1: RF101"),
    "folder with loops": (loop, 0, ""),
    "link to itself": (tree(a="-> a.yaml"), 2, "inner/a.yaml:1:1: RF001"),
    "device without end": (lambda folder: ["/dev/zero"], 1, "RF00"),
    "no file": (lambda folder: ["nowhere.yaml"], 2, "nowhere.yaml:1:1: RF001"),
    "name with a NUL": (text('format: 1\nextends: "a\\0b"\n'), 1, "RF"),
}  # fmt: skip


FORKING = """
import json, os, resource, sys
from rfcli.cli.entry import run

for command in ("check", "validate", "compute"):
    assert run([command, "-q", "warm.yaml", "-o", os.devnull]) == 0
for line in open(os.dup(0)):
    folder, words = json.loads(line)
    child = os.fork()
    if not child:
        os.chdir(folder)
        for number, name in enumerate((os.devnull, ".out", ".err")):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC), number)
        resource.setrlimit(resource.RLIMIT_CPU, (500, 500))
        status = run(words)
        sys.stderr.flush()
        os._exit(status)
    _, status, used = os.wait4(child, 0)
    print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, flush=True)
"""
"""A process that has imported rf, and makes one of its kind for each call: Python starts once. The memory of a child
counts from its fork, so from what this small one has."""

Run = Callable[[list[str], Path], tuple[int, str, str, float, int]]


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Runs a command line in a process of its own: exit status, output, errors, seconds of a processor and the largest
    memory."""
    folder = tmp_path_factory.mktemp("warm")
    (folder / "warm.yaml").write_text(GOOD)
    line = [sys.executable, "-c", FORKING]
    with subprocess.Popen(line, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        asked, told = server.stdin, server.stdout

        def called(words: list[str], folder: Path) -> tuple[int, str, str, float, int]:
            print(json.dumps([str(folder), words]), file=asked, flush=True)
            status, seconds, memory = told.readline().split()
            out, err = ((folder / name).read_text(encoding="utf-8") for name in (".out", ".err"))
            return int(status), out, err, float(seconds), int(memory)

        yield called
        asked.close()


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds of a processor that a good description takes here, with Python's start."""
    folder = tmp_path_factory.mktemp("usual")
    (folder / "net.yaml").write_text(GOOD)

    def used() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "rfcli", "validate", "-q", "net.yaml"], cwd=folder, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return min(used() for _ in range(3))


@pytest.mark.parametrize("command", ["check", "validate", "compute"])
@pytest.mark.parametrize("name", CASES)
def test_refused(name: str, command: str, tmp_path: Path, run: Run, usual: float) -> None:
    make, expected, said = CASES[name]
    status, out, err, seconds, memory = run([command, *make(tmp_path)], tmp_path)
    assert status == expected, out + err
    assert said in out + err
    assert "Traceback" not in out + err
    assert "\x1b" not in out + err
    assert seconds < PATIENCE * usual
    assert memory < MEMORY


def test_limits_say_how_to_raise_them(tmp_path: Path, run: Run) -> None:
    (tmp_path / "net.yaml").write_text("format: 1\nlayers: [{type: relu, repeat: 100}]\n")
    status, out, _, _, _ = run(["check", "net.yaml", "--limit", "layers=50"], tmp_path)
    assert status == 1
    assert "help: raise it with --limit layers=100" in out
    assert run(["check", "net.yaml", "--limit", "layers=100"], tmp_path)[0] == 0


@pytest.mark.parametrize(
    ("name", "text", "limit"),
    [
        ("net.yaml", f"format: 1\nyear: {'9' * 31}\nlayers: []\n", "digits=31"),
        ("net.json", f'{{"format": 1, "year": {"9" * 31}, "layers": []}}', "digits=31"),
        ("net.yaml", f"format: 1\nname: {'n' * 200_000}\nlayers: []\n", "scalar=200000"),
        ("net.json", f'{{"format": 1, "name": "{"n" * 200_000}", "layers": []}}', "scalar=200000"),
        ("net.yaml", f"format: 1\nlayers: [{{type: relu, name: {'n' * 300}}}]\n", "name=512"),
        ("net.yaml", f"format: 1\nlayers: [{{type: relu, name: {'n' * 700}}}]\n", "name=700"),
        ("net.cfg", f"[net]\nwidth=9\nheight=9\nchannels={'1' * 200_000}\n[convolutional]\nfilters=1\n", "scalar=200000"),
    ],
)  # fmt: skip
def test_limits_are_raised_as_far_as_it_takes(name: str, text: str, limit: str, tmp_path: Path, run: Run) -> None:
    """Twice the limit was not enough, and the next help said the same of twice that."""
    (tmp_path / name).write_text(text)
    said = run(["check", name], tmp_path)[1]
    assert f"help: raise it with --limit {limit}\n" in said
    assert "--limit" not in run(["check", name, "--limit", limit], tmp_path)[1]


def test_more_digits_than_a_limit_can_be_raised_to(tmp_path: Path, run: Run) -> None:
    (tmp_path / "net.yaml").write_text(f"format: 1\nyear: {'9' * 1001}\nlayers: []\n")
    assert "help: the limit cannot be raised above 1000" in run(["check", "net.yaml"], tmp_path)[1]


def lists(nesting: int) -> str:
    deep = f"{'[' * (nesting - 2)}1{']' * (nesting - 2)}"
    return f"format: 1\nparameters: {{a: {deep}}}\nlayers: [{{type: relu, when: $(len(a) == 1)}}]\n"


def scopes(nesting: int) -> str:
    """Of an odd nesting."""
    deep = (nesting - 3) // 2
    return f"format: 1\nlayers: [{'{type: residual, layers: [' * deep}{{type: relu}}{']}' * deep}]\n"


def blocks(depth: int) -> str:
    block = "{parameters: {n: null}, layers: [{type: relu}, {block: a, with: {n: $(n - 1)}, when: $(n > 1)}]}"
    return f"format: 1\nblocks: {{a: {block}}}\nlayers: [{{block: a, with: {{n: {depth}}}}}]\n"


@pytest.mark.parametrize(
    ("limit", "most", "content"), [("nesting", 256, lists), ("nesting", 255, scopes), ("blocks", 128, blocks)]
)
def test_limits_of_depth_can_be_raised_as_far_as_they_are_borne(
    limit: str, most: int, content: Callable[[int], str], tmp_path: Path, run: Run
) -> None:
    (tmp_path / "net.yaml").write_text(content(most))
    (tmp_path / "more.yaml").write_text(content(most + 2))
    raised = ["--limit", f"{limit}={MOST[limit]}"]
    for command in ("check", "compute", "show --expanded"):
        status, out, err, _, _ = run([*command.split(), "net.yaml", *raised], tmp_path)
        assert status == 0, out + err
        status, out, err, _, _ = run([*command.split(), "more.yaml", *raised], tmp_path)
        assert status == 1
        assert "RF009" in out + err
        assert f"the limit cannot be raised above {MOST[limit]}" in out + err


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("nesting=257", "limit 'nesting' can be at most 256, is 257"),
        ("blocks=10000", "limit 'blocks' can be at most 128, is 10000"),
        ("digits=4301", "limit 'digits' can be at most 1000, is 4301"),
        ("nodes=0", "limit 'nodes' takes a whole number from 1, is '0'"),
    ],
)
def test_limits_that_cannot_be_set(setting: str, said: str, tmp_path: Path, run: Run) -> None:
    (tmp_path / "net.yaml").write_text(GOOD)
    status, out, err, _, _ = run(["check", "net.yaml", "--limit", setting], tmp_path)
    assert (status, out, err) == (2, "", f"rf check: --limit: {said}\n")


def test_help_recommends_no_more_than_can_be_set() -> None:
    for name in LIMIT_DOCS:
        limits, last = Limits(), 0
        while (help := limits.exceeded(name)).startswith("raise it with --limit ") and last < 10**9:
            limits = limits.with_settings([help.removeprefix("raise it with --limit ")])
            assert last < getattr(limits, name)
            last = getattr(limits, name)
        assert last == MOST.get(name, last)


@pytest.mark.parametrize(
    ("content", "name", "place"),
    [
        ("format: 1\n# \x1b[31mred\nlayers: []\n", "net.yaml", "2:3"),
        ('format: 1\nreference: "\x9b31m"\nlayers: []\n', "net.yaml", "2:13"),
        ('{"format": 1,\n "reference": "\x9b31m", "layers": []}', "net.json", "2:16"),
        ('{"format": 1, "layers": []}\x1b[31m', "net.json", "1:28"),
    ],
)
@pytest.mark.parametrize("command", ["show", "validate", "show --expanded"])
def test_a_text_that_steers_a_terminal_is_shown_to_none(
    content: str, name: str, place: str, command: str, tmp_path: Path, run: Run
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    status, out, err, _, _ = run([*command.split(), name], tmp_path)
    assert status == 1
    assert f"{name}:{place}: RF002" in (out if command == "validate" else err)
    assert not {"\x1b", "\x9b"} & {*out, *err}


def test_a_pipe_that_is_named_is_read(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text("format: 2\n")
    rf = f"{sys.executable} -m rfcli"
    for line, status in (
        (f"{rf} validate -q <(cat net.yaml)", 0),
        (f"{rf} validate -q /dev/stdin < net.yaml", 0),
        (f"cat net.yaml | {rf} validate -q /dev/stdin", 0),
        (f"cat bad.yaml | {rf} validate -q /dev/stdin", 1),
        (f"{rf} show <(cat net.yaml) | cmp - net.yaml", 0),
        (f"mkfifo p.yaml; cat net.yaml > p.yaml & {rf} validate -q p.yaml", 0),
    ):
        done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, timeout=600)
        assert (done.returncode, done.stderr) == (status, ""), line


def test_what_is_read_once_is_not_looked_into(tmp_path: Path, run: Run) -> None:
    pipe(GOOD)(tmp_path)
    os.mkfifo(tmp_path / "c.rf.yaml")
    status, out, _, _, _ = run(["check", "--skip-others", "b.yaml", "a.yaml", "c.rf.yaml"], tmp_path)
    assert status == 2
    assert [line[:15] for line in out.splitlines()] == ["b.yaml:1:1: RF0", "c.rf.yaml:1:1: "]


def test_folders_within_folders(tmp_path: Path, run: Run) -> None:
    """What is found above and below is told, and so is where paths grow longer than the system takes."""
    (tmp_path / "deep").mkdir()
    descend = "import os\nfor name in ['d'] * 1200 + ['e' * 250] * 10:\n    os.mkdir(name)\n    os.chdir(name)\n"
    subprocess.run([sys.executable, "-c", descend], cwd=tmp_path / "deep", check=True)
    (tmp_path / "deep" / "net.yaml").write_text(GOOD)
    (tmp_path / "deep" / Path(*["d"] * 1100) / "net.yaml").write_text("format: 2\n")
    try:
        status, out, _, _, _ = run(["validate", "deep", "--diagnostics", "concise"], tmp_path)
    finally:
        subprocess.run(["rm", "-r", "deep"], cwd=tmp_path, check=True)  # deeper than shutil.rmtree goes
    assert status == 2
    told = [line.replace("/d" * 1100, "/D").replace("/" + "e" * 250, "/E") for line in out.splitlines()]
    assert told == [
        "deep/D" + "/d" * 100 + "/E" * 7 + ":1:1: RF001 cannot be read: File name too long",
        "deep/D/net.yaml:1:1: RF102 a description needs the key 'layers' (or 'extends')",
        "deep/D/net.yaml:1:9: RF105 format must be 1, is 2",
    ]
