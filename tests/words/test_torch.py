"""Words of torch: ours are layer types and their parameters, theirs are modules of torch.nn and operations of ATen."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from rfcli.layers._registry import LAYERS
from rfcli.layers.pointwise import Activation
from rfcli.tables import Words
from rfcli.words import torch as words

ACTIVATIONS = {
    # what torch's manual calls the module and the operation: ours
    "nn.ReLU": "relu", "relu": "relu", "nn.ReLU6": "relu6", "relu6": "relu6", "nn.LeakyReLU": "leaky_relu",
    "leaky_relu": "leaky_relu", "nn.RReLU": "rrelu", "rrelu": "rrelu", "nn.ELU": "elu", "elu": "elu", "nn.SELU": "selu",
    "selu": "selu", "nn.CELU": "celu", "celu": "celu", "nn.GELU": "gelu", "gelu": "gelu", "nn.SiLU": "silu",
    "silu": "silu", "nn.Mish": "mish", "mish": "mish", "nn.Sigmoid": "sigmoid", "sigmoid": "sigmoid",
    "nn.LogSigmoid": "log_sigmoid", "log_sigmoid": "log_sigmoid", "nn.Hardsigmoid": "hard_sigmoid",
    "hardsigmoid": "hard_sigmoid", "nn.Hardswish": "hard_swish", "hardswish": "hard_swish", "nn.Hardtanh": "hard_tanh",
    "nn.Tanh": "tanh", "tanh": "tanh", "nn.Softplus": "softplus", "softplus": "softplus", "nn.Softsign": "softsign",
    "torch.exp": "exponential", "exp": "exponential", "nn.Threshold": "threshold", "threshold": "threshold",
    "nn.Dropout": "dropout", "dropout": "dropout", "feature_dropout": "dropout", "alpha_dropout": "dropout",
    "feature_alpha_dropout": "dropout",
}  # fmt: skip
TABLES = {name: value for name, value in vars(words).items() if isinstance(value, Words)}


@pytest.mark.parametrize("word", sorted({*ACTIVATIONS, *words.ACTIVATIONS}))
def test_activations_are_read(word: str) -> None:
    assert words.ACTIVATIONS.read(word) == ACTIVATIONS[word]


@pytest.mark.parametrize("ours", sorted({*ACTIVATIONS.values(), *words.ACTIVATIONS.ours}))
def test_activations_are_written(ours: str) -> None:
    """As the module whose name it is in torch's way of writing, but for the one that is a function only."""
    written = words.ACTIVATIONS.written(ours)
    assert ACTIVATIONS[written] == ours
    assert written.lower() == f"nn.{ours.replace('_', '')}" or (ours, written) == ("exponential", "torch.exp")


def test_every_activation_has_a_word() -> None:
    """`swish` is another name for `silu`."""
    known = words.ACTIVATIONS.ours | words.SOFTMAXES.ours
    assert {name for name, cls in LAYERS.items() if cls is Activation} - known == {"swish"}
    assert known <= set(LAYERS)


OURS = {
    "SOFTMAXES": {"softmax", "softmin", "log_softmax"},
    "MERGES": {"add", "multiply", "max", "concat"},
    "REDUCTIONS": {"avg", "max"},
    "NORMS": {"batch_norm", "instance_norm", "group_norm", "layer_norm"},
    "PADS": {"zeros", "reflect", "replicate", "circular"},
    "PAD_MODES": {"zeros", "reflect", "replicate", "circular"},
    "RECURRENT": {"lstm", "gru", "rnn"},
}


def test_all_words_are_looked_at() -> None:
    assert set(TABLES) == {"ACTIVATIONS", *OURS}


@pytest.mark.parametrize("name", OURS)
def test_ours(name: str) -> None:
    table = TABLES[name]
    assert table.ours == OURS[name]
    assert all(table.read(table.written(one)) == one for one in table.ours)


def test_ours_are_layer_types() -> None:
    assert OURS["SOFTMAXES"] | OURS["MERGES"] | OURS["NORMS"] <= set(LAYERS)
    assert {f"global_{statistic}_pool" for statistic in OURS["REDUCTIONS"]} <= set(LAYERS)


INTERPOLATIONS = [
    # axes, and by torch's manual of F.interpolate the modes for them: ours
    (1, {"nearest": "nearest", "nearest_exact": "nearest", "area": "area", "linear": "linear"}),
    (2, {"nearest": "nearest", "nearest_exact": "nearest", "area": "area", "bilinear": "linear", "bicubic": "cubic"}),
    (3, {"nearest": "nearest", "nearest_exact": "nearest", "area": "area", "trilinear": "linear"}),
]


@pytest.mark.parametrize(("axes", "modes"), INTERPOLATIONS)
def test_interpolations(axes: int, modes: dict[str, str]) -> None:
    table = words.INTERPOLATIONS[axes]
    assert {mode: table.read(mode) for mode in table} == modes
    assert table.written("nearest") == "nearest"


def torch() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy may be missing, which nothing here needs
        import torch as found

    return found


def modules() -> list[str]:
    """Modules as they are written: norms and pads with their number of axes."""
    plain = [one for name in ("ACTIVATIONS", "SOFTMAXES") for one in TABLES[name]]
    axes = [one + ("" if one.endswith(("GroupNorm", "LayerNorm")) else f"{n}d")
            for name in ("NORMS", "PADS") for one in TABLES[name] for n in (1, 2, 3)]  # fmt: skip
    return [one for one in dict.fromkeys(plain + axes) if one.startswith("nn.")]


@pytest.mark.torch
@pytest.mark.parametrize("name", modules())
def test_modules_are_torchs(name: str) -> None:
    assert issubclass(getattr(torch().nn, name.removeprefix("nn.")), torch().nn.Module)


@pytest.mark.torch
@pytest.mark.parametrize("name", TABLES)
def test_operations_are_atens(name: str) -> None:
    if name == "PAD_MODES":
        x = torch().ones(1, 1, 4, 4)
        assert all(torch().nn.functional.pad(x, (1, 1, 1, 1), mode=mode).shape == (1, 1, 6, 6) for mode in TABLES[name])
        return
    wrong = [one for one in words.operations(TABLES[name]) if not hasattr(torch().ops.aten, one)]
    assert wrong == []


def spelt(ours: str) -> list[str]:
    """All words for one of ours."""
    return [word for word in words.ACTIVATIONS if words.ACTIVATIONS.read(word) == ours]


FUNCTIONS = words.ACTIVATIONS.ours - {"dropout", "rrelu", "threshold"}
"""Those that are no chance, and need no limits."""


@pytest.mark.torch
@pytest.mark.parametrize("ours", sorted(one for one in FUNCTIONS if len(spelt(one)) > 1))
def test_module_and_operation_are_one_function(ours: str) -> None:
    """All spellings of a word make the same of the same numbers."""
    x, results = torch().linspace(-4, 4, 33), []
    for word in spelt(ours):
        name = word.rpartition(".")[2]
        results.append(getattr(torch().nn, name)()(x) if word.startswith("nn.") else getattr(torch().ops.aten, name)(x))
    for one in results[1:]:
        torch().testing.assert_close(one, results[0])


@pytest.mark.torch
@pytest.mark.parametrize(("axes", "modes"), INTERPOLATIONS)
def test_torch_interpolates_so(axes: int, modes: dict[str, str]) -> None:
    x = torch().ones(1, 1, *(4,) * axes)
    for mode in modes:
        made = torch().nn.functional.interpolate(x, scale_factor=2, mode=mode.replace("_", "-"))
        assert made.shape == (1, 1, *(8,) * axes)
