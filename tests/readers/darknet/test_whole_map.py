"""What reads all of a map, or more: a row for each section and option, and Darknet's own loops."""

import pytest

from readers.darknet.cfg_files import UNKNOWN, conv, holds, report_of, text

ROWS = {
    # section and options, behind a map of 4 channels: size, channels, parameters, the layers' types
    "avgpool": (1, 4, 0, "global_avg_pool"),
    "avg": (1, 4, 0, "global_avg_pool"),
    "connected output=3": (1, 3, 4 * 64 * 3 + 3, "flatten linear sigmoid"),
    "conn output=3 batch_normalize=1 activation=linear": (1, 3, 4 * 64 * 3 + 6, "flatten linear batch_norm"),
    "conn output=3 cbn=1 activation=linear": (1, 3, 4 * 64 * 3 + 6, "flatten linear batch_norm"),
    "softmax": (8, 4, 0, "layer_norm"),
    "soft spatial=1": (8, 4, 0, "softmax"),
    **{f"{type} output=5": (1, 5, UNKNOWN, "custom") for type in ("rnn", "gru", "lstm")},
    **{f"{type} output=5": (UNKNOWN, 5, UNKNOWN, "custom") for type in ("crnn", "conv_lstm")},
    "implicit filters=6 atoms=2": ((2, 1), 6, 6 * 2, "custom"),
    "implicit": (1, 128, 128, "custom"),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_section(row):
    holds(row, *ROWS[row])


def test_softmax_over_a_map_sees_all_of_it():
    over_map, over_channels = (
        report_of(text((8, 8), 3, [conv(4, 3), ("softmax", options)])).layers[-1] for options in ({}, {"spatial": 1})
    )
    assert (over_map.receptive_field.globally, over_channels.receptive_field.globally) == (True, False)


def test_networks_of_vectors():
    report = report_of("[net]\ninputs=256\n[rnn]\noutput=10\n[connected]\noutput=3\n[softmax]\n[cost]\n")
    assert report.layers[0].channels == 10
    assert report.layers[-1].channels == 3
