"""Tables of functions, and of words in two languages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rfcli.tables import Table, Words


def table() -> Table:
    made: Table = Table("layer type")

    @made("relu", "elu")
    def activation() -> str:
        return "activation"

    @made("conv")
    def window() -> str:
        return "window"

    return made


def test_functions_by_name() -> None:
    made = table()
    assert {name: function() for name, function in made.items()} == {
        "relu": "activation", "elu": "activation", "conv": "window",
    }  # fmt: skip


def test_a_name_claimed_twice() -> None:
    made = table()
    with pytest.raises(TypeError, match=r"layer type 'elu' is claimed by .*activation and .*another"):

        @made("gelu", "elu")
        def another() -> str:
            return ""


@pytest.mark.parametrize(
    ("names", "wrong"), [(["relu", "elu"], "conv"), (["relu", "elu", "conv", "pad"], "pad"), (["relu", "pad"], "conv, elu, pad")]
)  # fmt: skip
def test_a_table_that_does_not_hold_what_it_should(names: list[str], wrong: str) -> None:
    with pytest.raises(TypeError, match=f"layer type: {wrong}: known here or there, not in both"):
        table().hold(names)


def test_a_table_that_does() -> None:
    table().hold(["conv", "elu", "relu"])
    table().hold(iter({"conv": 1, "elu": 2, "relu": 3}))


def test_words_are_read_in_all_spellings_and_written_in_one() -> None:
    words = Words({"silu": ("Silu", "Swish"), "relu": "Relu"})
    assert [words.read(one) for one in ("Silu", "Swish", "Relu")] == ["silu", "silu", "relu"]
    assert [words.written(one) for one in ("silu", "relu")] == ["Silu", "Relu"]
    assert list(words) == ["Silu", "Swish", "Relu"]
    assert words.ours == {"silu", "relu"}
    assert "Swish" in words and "silu" not in words and None not in words


@pytest.mark.parametrize("unknown", ["silu", "Gelu"])
def test_words_that_are_none(unknown: str) -> None:
    words = Words({"silu": ("Silu", "Swish")})
    with pytest.raises(KeyError):
        words.read(unknown)
    with pytest.raises(KeyError):
        words.written(unknown.title())


def test_a_spelling_given_twice() -> None:
    with pytest.raises(TypeError, match="'Swish' is a word for 'silu' and 'swish'"):
        Words({"silu": ("Silu", "Swish"), "swish": "Swish"})


FOR_EACH_TYPE = [
    "rfcli.measuring.layers", "rfcli.writers.keras.layers", "rfcli.writers.onnx.layers", "rfcli.writers.torch.layers",
]  # fmt: skip


@pytest.mark.parametrize("module", FOR_EACH_TYPE)
def test_a_layer_type_that_is_not_known_everywhere_fails_at_import(module: str) -> None:
    """Here as a type is added and what runs or writes it is forgotten: it never falls through."""
    code = (
        "from rfcli.layers._registry import layer\n"
        "from rfcli.layers.pointwise import Pointwise\n"
        "layer('softestmax')(type('Softestmax', (Pointwise,), {}))\n"
        f"import {module}\n"
    )
    added = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert added.returncode == 1
    assert added.stderr.splitlines()[-1].startswith(("TypeError", "AssertionError"))
    subprocess.run([sys.executable, "-c", f"import {module}"], check=True)
