"""How files are read: names, numbers of modules, what is not known, and what is wrong."""

import random
import time

import pytest

import rfcli
from readers.yolo.rows import LEVELS, report_of, written
from rfcli.description.limits import Limits
from rfcli.geometry.unknown import Unknown
from rfcli.readers.kinds import reader_of


def test_names_are_the_framework_s():
    report = report_of(written(["[-1, 1, Conv, [64, 3]]", "[-1, 1, C2f, [64, True]]", "[-1, 1, nn.MaxPool2d, [2]]"]))
    assert [layer.name for layer in report.layers if "/cv" not in layer.name] == [
        "conv_0/conv", "conv_0/bn", "conv_0/act", "c2f_1/chunk_1", "c2f_1/chunk_2", "c2f_1/m/0/add", "c2f_1/concat",
        "maxpool2d_2",
    ]  # fmt: skip
    assert report.layer("c2f_1/m/0/cv1/conv").receptive_field.size == (5, 5)
    assert report.layer("c2f_1").name == "c2f_1/cv2/act"
    assert report.layer("c2f_1/m/0").name == "c2f_1/m/0/add"


def test_from_counts_modules():
    rows = ["[-1, 1, Conv, [8, 3, 2]]", "[-1, 1, Conv, [16, 3, 2]]", "[-2, 1, Conv, [24, 3, 2]]",
            "[0, 1, nn.MaxPool2d, [2]]", "[[-1, 1, -2], 1, Concat, [1]]"]  # fmt: skip
    report = report_of(written(rows), 32)
    assert report.layer("concat_4").channels == 8 + 16 + 24
    assert report.layer("concat_4").inputs == ("maxpool2d_3", "conv_1/act", "conv_2/act")


def test_unknown_modules_spoil_only_what_reads_them():
    rows = ["[-1, 1, Conv, [64, 3, 2]]", "[-1, 1, Wonder/ful é, [1, {a: b}]]", "[-1, 1, SPPF, [64, 5]]",
            "[-1, 1, Conv, [32, 3]]", "[0, 1, Conv, [32, 3, 2]]", "[1, 2, Conv, [8]]"]  # fmt: skip
    report = report_of(written(rows))
    unknown = report.layer("wonder_ful __1")
    assert "Wonder/ful é" in unknown.receptive_field.size[0].reason
    assert isinstance(unknown.channels, Unknown)
    operations = [entry.layer.given.get("unknown") for entry in report.graph.architecture.entries]
    assert "SPPF of an unknown number of channels" in operations
    assert report.layer("conv_3").channels == 32
    assert isinstance(report.layer("conv_3").receptive_field.size[0], Unknown)
    assert report.layer("conv_4").receptive_field.size == (7, 7)
    assert isinstance(report.total.params, Unknown)


HEAD = "nc: 80\nbackbone:\n"
WRONG = {
    "rows": (HEAD + "  - [-1, 1, Conv]\n  - Conv\n", [(3, 5, "not a module: [-1, 1, 'Conv']"), (4, 5, "not a module: 'Conv'")]),
    "empty": ("backbone: []\n", [(1, 11, "the model has no modules")]),
    "head": (HEAD + "  - [-1, 1, Conv, [8]]\nhead: 3\n", [(4, 7, "'head' must be a list of modules, is 3")]),
    "module": (HEAD + "  - [-1, 1, 3, [8]]\n", [(3, 13, "the module must be a name, is 3")]),
    "arguments": (HEAD + "  - [-1, 1, Conv, 8]\n", [(3, 19, "the arguments must be a list, are 8")]),
    "repeats": (HEAD + "  - [-1, two, Conv, [8]]\n  - [-1, 1.5, Conv, [8]]\n", [(3, 10, "repeats must be a whole number, is 'two'"), (4, 10, "repeats must be")]),
    "from a word": (HEAD + "  - [x, 1, Conv, [8]]\n", [(3, 6, "from must be a number, or a list of them, is 'x'")]),
    "from nothing": (HEAD + "  - [[], 1, Conv, [8]]\n", [(3, 6, "from names no module")]),
    "from itself": (HEAD + "  - [-1, 1, Conv, [8]]\n  - [1, 1, Conv, [8]]\n", [(4, 6, "from of module 1 names itself: 1")]),
    "from later": (HEAD + "  - [-1, 1, Conv, [8]]\n  - [[-1, 7], 1, Concat, [1]]\n", [(4, 11, "from of module 1 names a later one: 7")]),
    "from before": (HEAD + "  - [-2, 1, Conv, [8]]\n", [(3, 6, "from of module 0 names what is before the first one: -2")]),
    "from a head": (HEAD + "  - [-1, 1, Classify, [nc]]\n  - [-1, 1, Conv, [8]]\n", [(4, 6, "module 0 is a head: nothing can read it")]),
    "from several": (HEAD + "  - [-1, 1, Conv, [8]]\n  - [[-1, 0], 1, Conv, [8]]\n", [(4, 24, "Conv: it reads one map, from names 2")]),
    "repeated": (HEAD + "  - [-1, 3, Conv, [8]]\n", [(3, 19, "Conv: it cannot be repeated: it makes 8 channels of 3")]),
    "repeated merges": (HEAD + "  - [[-1], 2, Concat, [1]]\n", [(3, 23, "Concat: it cannot be repeated")]),
    "from parts": (HEAD + "  - [-1, 1, CBLinear, [[8]]]\n  - [-1, 1, Conv, [8]]\n", [(4, 19, "Conv: it reads a map, from names one that is split")]),
    "parts": (HEAD + "  - [-1, 1, CBLinear, [[8]]]\n  - [[0, -1], 1, CBFuse, [[1]]]\n", [(4, 26, "CBFuse: 1 indices, for the parts of 1 maps")]),
    "a number": (HEAD + "  - [-1, 1, Conv, [8, three]]\n", [(3, 23, "Conv: k must be an integer, is 'three'")]),
    "channels": (HEAD + "  - [-1, 1, Conv, [0, 3]]\n", [(3, 20, "Conv: channels must be from 1 to 9999999999, is 0")]),
    "none": (HEAD + "  - [-1, 1, Conv, []]\n", [(3, 19, "Conv: it lacks the argument 'channels'")]),
    "too many": (HEAD + "  - [-1, 1, AConv, [8, 3]]\n", [(3, 24, "AConv: it takes up to 1 arguments, 2 are given")]),
    "a flag": (HEAD + "  - [-1, 1, C3, [8, maybe]]\n", [(3, 21, "C3: shortcut must be true or false, is 'maybe'")]),
    "a ratio": (HEAD + "  - [-1, 1, C3, [8, True, 1, -0.5]]\n", [(3, 30, "C3: e must be a number above 0")]),
    "nothing left": (HEAD + "  - [-1, 1, C3, [8, True, 1, 0.01]]\n", [(3, 17, "C3: 'c3_0/cv1/conv' would have no channels")]),
    "no classes": ("backbone:\n  - [-1, 1, Classify, [nc]]\n", [(2, 24, "Classify: classes must be an integer, is 'nc'")]),
    "dimension": (HEAD + "  - [[-1], 1, Concat, [2]]\n", [(3, 23, "Concat: maps are joined along the channels")]),
    "upsampling": (HEAD + "  - [-1, 1, nn.Upsample, [null, 2, fancy]]\n", [(3, 26, "nn.Upsample: the mode must be nearest")]),
    "odd halves": (HEAD + "  - [-1, 1, ADown, [8]]\n", [(3, 20, "ADown: 3 channels cannot be halved")]),
    "stated": (HEAD + "  - [-1, 1, nn.Conv2d, [64, 8, 3]]\n", [(3, 24, "nn.Conv2d: nn.Conv2d states 64 input channels, its input has 3")]),
    "psa": (HEAD + "  - [-1, 1, PSA, [64]]\n", [(3, 18, "PSA: its 64 channels must be those of its input, which has 3")]),
    "stride": (HEAD + "  - [-1, 1, Conv, [8, 3, 0]]\n", [(3, 26, "Conv: s must be from 1 to 9999999999, is 0")]),
    "scale": (HEAD + "  - [-1, 1, Conv, [8]]\nscales: {n: [1, 2]}\n", [(4, 13, "scale n must be [depth, width, most channels], is [1, 2]")]),
    "width": (HEAD + "  - [-1, 1, Conv, [8]]\nwidth_multiple: wide\n", [(4, 17, "width_multiple must be a number above 0")]),
    "activation": (HEAD + "  - [-1, 1, Conv, [8]]\nactivation: __import__('os').system('true')\n", [(4, 13, "activation must be a module of torch")]),
    "anchors": (HEAD + "  - [-1, 1, Detect, [nc, anchors]]\nanchors: many\n", [(3, 21, "Detect: anchors must be a number, or for each map")]),
    "merge": (HEAD + "  - [-1, 1, Conv, [8]]\n<<: {nc: 3}\n", [(4, 5, "merge keys (<<) are not read")]),
    "groups": (HEAD + "  - [-1, 1, Conv, [8, 3, 1, null, 4]]\n", [(3, 5, "3 input channels cannot be split into 4 groups")]),
    "sizes": (HEAD + "  - [-1, 1, Conv, [8, 3, 2]]\n  - [-1, 1, Conv, [8, 3, 2]]\n  - [[-1, 0], 1, Concat, [1]]\n", [(5, 5, "concat 'concat_2': ")]),
    "tag": (HEAD + "  - [-1, 1, !!python/name:os.system Conv, [8]]\n", [(3, 13, "the tag 'tag:yaml.org,2002:python/name:os.system' is not one")]),
    "a key": (HEAD + "  - [-1, 1, Conv, [8]]\nnames: {{}: 1}\n", [(4, 9, "a key must be a string, not a mapping")]),
    "cut": (HEAD + "  - [-1, 1, Conv, [8\n", [(4, 1, "not well-formed YAML")]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_place(text, expected):
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of(text, 32)
    found = [(one.span.line, one.span.column, one.message) for one in raised.value.diagnostics]
    assert [one[:2] for one in found] == [one[:2] for one in expected], found
    assert all(message in one[2] for one, (*_, message) in zip(found, expected, strict=True)), found


def test_keys_of_yaml_1_1_are_passed_over():
    text = written(["[-1, 1, Conv, [8, 3]]"], names="{0: person, 1: bicycle}") + "nc: 3\n"
    assert report_of(text).layer("conv_0").channels == 8


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("nc: 3\nbackbone:\n  # rows\n\n  - [-1, 1, Conv, [8]]\n", "yolo"),
        ("backbone:\n  [[-1, 1, Conv, [8]],\n  ]\n", "yolo"),
        ("backbone: # rows\r\n- - -1\r\n  - 1\r\n", "yolo"),
        ("backbone: [[-1, 1, Conv, [8]]]\n", "yolo"),
        ("\ufeffbackbone:\n - [-1, 1, Conv, [8]]\n", "yolo"),
        ("model:\n  backbone:\n    - [1]\n", None),
        ("backbone:\n  type: ResNet\n", None),
        ("backbone: resnet50\n", None),
        ("backbone:\n  - type: ResNet\n", None),
        ("format: 1\nbackbone:\n - [-1, 1, Conv, [8]]\n", None),
    ],
)
def test_files_are_told_by_content(text, kind):
    assert reader_of(text.encode(), "net.yaml") == (kind and f"rfcli.readers.{kind}.file")


def test_block_style_is_read():
    text = "nc: 3\nbackbone:\n- - -1\n  - 1\n  - Conv\n  - - 16\n    - 3\n    - 2\nhead: []\n"
    assert report_of(text).layer("conv_0").receptive_field.stride == (2, 2)


HOSTILE = {
    "repeats": HEAD + "  - [-1, 9999999999, C2f, [64]]\n",
    "repeated convolutions": HEAD + "  - [-1, 9999999999, Conv, [64]]\n",
    "depth": "depth_multiple: 1000\n" + HEAD + "  - [-1, 1000000, C3k2, [64, True]]\n",
    "transformers": HEAD + "  - [-1, 90000, C3TR, [64]]\n",
    "rows": HEAD + "  - [-1, 1, Conv, [64]]\n" * 20_000,
    "wrong rows": HEAD + "  - [9, 1, Conv, [64]]\n" * 10_000,
    "aliases": HEAD + "  - &a [-1, 9, C2f, [64]]\n" + "  - *a\n" * 60_000,
    "doubling": HEAD + "  - [-1, 1, Conv, [64]]\n" + "  - [[-1, -1], 1, Concat, [1]]\n" * 500,
    "deep": HEAD + "  - " + "[" * 100_000 + "\n",
    "long name": HEAD + f"  - [-1, 1, {'x' * 60_000}, []]\n",
    "large": HEAD + "  - [-1, 1, Conv, [9999999999, 9999999999, 9999999999]]\n",
    "large blocks": HEAD + "  - [-1, 1, C3, [9999999999, True, 1, 1000]]\n",
    "keypoints": HEAD + "  - [-1, 1, Pose, [nc, [9999999999, 9999999999]]]\n",
    "pools": HEAD + "  - [-1, 1, Conv, [8]]\n  - [-1, 1, SPPF, [64, 5, 9999999999]]\n",
    "parts": HEAD + "  - [-1, 1, CBLinear, [[" + "9999999999," * 1000 + "]]]\n",
    "circles": "nc: nc\na: b\nb: a\n" + HEAD + "  - [-1, 1, Conv, [a, nc]]\n",
    "comments": "backbone:\n" + "#\n" * 500_000,
    "backbones": "backbone:\n" * 50_000,
    "binary": HEAD.encode() + bytes(range(256)) * 100,
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_soon(text):
    started = time.process_time()
    try:
        rfcli.compute(rfcli.loads(text, "net.yaml", limits=Limits(layers=20_000)))
    except rfcli.DescriptionError as error:
        assert error.diagnostics
    assert time.process_time() - started < 20


def test_repeats_are_counted_before_they_are_built():
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of(HOSTILE["repeats"])
    (problem,) = raised.value.diagnostics
    assert (problem.code, problem.span.line, problem.span.column) == ("RF009", 3, 5)
    assert problem.message == "more than 100000 layers"


SCALES = "\n  n: [0.33, 0.25, 1024]\n  m: [0.67, 0.75, 96]"


def test_mutated_files_are_read_or_refused():
    good = written(
        [*LEVELS, "[-1, 3, C2f, [128, True]]", "[-1, 1, SPPF, [128, 5]]"],
        ["[-1, 1, nn.Upsample, [None, 2, 'nearest']]", "[[-1, 0], 1, Concat, [1]]", "[-1, 2, C3k2, [64, False, 0.5]]",
         "[-1, 1, A2C2f, [64, True, 4]]", "[[6, 3], 1, Detect, [nc]]"],
        scales=SCALES,
    )  # fmt: skip
    chance, outcomes = random.Random(11), set()
    words = [
        "-1",
        "1",
        "0",
        "[",
        "]",
        ",",
        "Conv",
        "C2f",
        "Detect",
        "nc",
        "null",
        "True",
        "99999",
        "&a ",
        "*a",
        "- ",
        ":",
    ]
    for _ in range(150):
        bad = good
        for _ in range(chance.choice([1, 2, 5])):
            at = chance.randrange(len(bad))
            bad = bad[:at] + chance.choice(words) + bad[at + chance.randrange(4) :]
        if chance.random() < 0.2:
            bad = bad[: chance.randrange(len(bad))]
        try:
            report_of(bad)
            outcomes.add("read")
        except rfcli.DescriptionError as error:
            assert error.diagnostics
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
