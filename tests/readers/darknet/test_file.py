"""How files are read: what is wrong with them, and that all of them are read soon."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle.against import thorough

import rfcli
from readers.darknet.cfg_files import report_of

NET = "[net]\nheight=8\nwidth=8\nchannels=3\n"
WRONG = {
    "no network": ("# nothing\n", [(1, 1, "RF012", "there is no [net] section")]),
    "another section first": ("\n  [convolutional]\n", [(2, 3, "RF012", "the first section is [convolutional], not [net]")]),
    "an option first": ("height=8\n[net]\n", [(1, 1, "RF012", "the option 'height' stands before any section")]),
    "no sizes": ("[net]\nwidth=8\n", [(1, 1, "RF012", "[net] states no height and no channels")]),
    "two networks": (NET + "[net]\n", [(5, 1, "RF012", "[net] stands again")]),
    "no section": (NET + "[conv\n[conv]]\n", [(5, 1, "RF012", "not a section: '[conv'"), (6, 1, "RF012", "not a section")]),
    "no option": (NET + "[conv]\n size 3\n", [(6, 2, "RF012", "neither a section nor an option: 'size 3'")]),
    "no numbers": (
        NET + "[conv]\nsize=three\nfilters =  4x\nstride=\npad=1e3\n",
        [(6, 6, "RF012", "size must be an integer, is 'three'"), (7, 12, "RF012", "filters must be"),
         (8, 8, "RF012", "stride must be an integer, is ''"), (9, 5, "RF012", "pad must be an integer")],
    ),
    "too large": (NET + "[conv]\nfilters=99999999999\n", [(6, 9, "RF012", "filters is beyond 9999999999")]),
    "long": (NET + f"[conv]\nfilters={'9' * 5000}\n", [(6, 9, "RF012", "filters is beyond 9999999999")]),
    "too small": (NET + "[conv]\nsize=0\nstride=-1\n", [(6, 6, "RF012", "size must be at least 1, is 0"), (7, 8, "RF012", "stride must be at least 1, is -1")]),
    "route to itself": (NET + "[conv]\n[route]\nlayers=0, 1\n", [(7, 8, "RF012", "layers of layer 1 names itself: 1")]),
    "route forward": (NET + "[route]\nlayers=4\n", [(6, 8, "RF012", "layers of layer 0 names a later layer: 4")]),
    "route too far back": (NET + "[conv]\n[shortcut]\nfrom=-2\n", [(7, 6, "RF012", "from of layer 1 names before the first layer: -2")]),
    "route to nothing": (NET + "[conv]\n[route]\n", [(6, 1, "RF012", "[route] needs 'layers'")]),
    "route to no number": (NET + "[conv]\n[route]\nlayers=-1,,x\n", [(7, 8, "RF012", "layers must be an integer, is ''"), (7, 8, "RF012", "layers must be an integer, is 'x'")]),
    "groups": (NET + "[conv]\nfilters=4\n[route]\nlayers=-1\ngroups=3\n", [(9, 8, "RF012", "the 4 channels of 'conv_0/activation' cannot be split into 3 groups")]),
    "group": (NET + "[conv]\nfilters=4\n[route]\nlayers=-1\ngroups=2\ngroup_id=2\n", [(10, 10, "RF012", "group_id is 2, of 2 groups")]),
    "crop": (NET + "[crop]\ncrop_height=9\ncrop_width=8\n", [(6, 13, "RF012", "crop_height is 9, the map has 8 samples")]),
    "upsampling by nothing": (NET + "[upsample]\nstride=0\n", [(6, 8, "RF012", "stride must not be 0")]),
    "dropout": (NET + "[dropout]\nprobability=1.5\n", [(6, 13, "RF012", "probability must be a number from 0 to 1")]),
    "weights": (NET + "[conv]\n[shortcut]\nfrom=-1\nweights_type=per_chanel\n", [(8, 14, "RF012", "weights_type must be one of")]),
    "kernel": (NET + "[conv]\n size=9\n", [(5, 1, "RF305", "the kernel reaches over 9 samples")]),
    "channels": (NET + "[conv]\nfilters=5\n[conv]\ngroups=2\n", [(7, 1, "RF306", "5 input channels cannot be split")]),
    "sizes": (NET + "[conv]\n[maxpool]\nstride=2\n[route]\nlayers=0,1\n", [(8, 1, "RF302", "concat 'route_2'")]),
}  # fmt: skip


@pytest.mark.parametrize(("cfg", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_place(cfg, expected):
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of(cfg)
    found = [(one.span.line, one.span.column, one.code, one.message) for one in raised.value.diagnostics]
    assert [one[:3] for one in found] == [one[:3] for one in expected], found
    assert all(message in one[3] for one, (*_, message) in zip(found, expected, strict=True)), found


HOSTILE = {
    "sections": NET + "[a]\n" * 300_000,
    "options": NET + "[conv]\n" + "".join(f"{n:x}=1\n" for n in range(500_000)),
    "known options": NET + "[conv]\n" + "size=1\n" * 500_000,
    "lines": "\n" * 4_000_000,
    "no options": NET + "x\n" * 2_000_000,
    "wrong numbers": NET + "[conv]\nsize=x\n" * 250_000,
    "routes": NET + "[conv]\n" + ("[route]\nlayers=" + "-1," * 20_000 + "\n") * 60,
    "doubling routes": NET + "[conv]\n" + "[route]\nlayers=-1,-1\n" * 30_000,
    "long value": NET + "[route]\nlayers=" + "0," * 2_000_000,
    "long type": NET + "[" + "x" * 4_000_000 + "]\n",
    "long key": NET + "x" * 4_000_000 + "=1\n",
    "zeros": NET + "[conv]\nfilters=" + "0" * 60_000 + "x\n",
    "digits": NET + "[dropout]\nprobability=" + "1" * 60_000 + "x\n",
    "large map": "[net]\nheight=9999999999\nwidth=9999999999\nchannels=9999999999\n[local]\nsize=3\npad=1\n[reorg]\nstride=2\n[connected]\noutput=9999999999\n",
    "brackets": NET + "[" * 4_000_000,
    "large": NET + "#" * 5_000_000,
    "binary": NET.encode() + bytes(range(256)) * 1000,
}  # fmt: skip


LONG = ("sections", "doubling routes")
"""What takes a second or two, as large as the limits allow."""


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.random) if one in LONG else one for one in HOSTILE]
)
def test_hostile_files_end_soon(name):
    started = time.process_time()
    try:
        report_of(HOSTILE[name])
    except rfcli.DescriptionError as error:
        assert error.diagnostics
    assert time.process_time() - started < 20


@given(
    st.lists(
        st.sampled_from([*b"[]=#,-0123456789.\n", b"[conv]", b"[route]\nlayers=", b"size=", b"[net]", b"\xff"]),
        max_size=60,
    )
)
@thorough(200)
def test_no_text_is_a_surprise(parts):
    cfg = NET.encode() + b"".join(bytes([one]) if isinstance(one, int) else one for one in parts)
    try:
        report_of(cfg)
    except rfcli.DescriptionError as error:
        assert error.diagnostics
