"""More and fewer layers."""

from suggest import changed, knobs, turned

NET = """\
format: 1
input: {size: 33, channels: 4}
layers:
  - {name: a, type: conv, kernel: 3, padding: 1, filters: 4, repeat: 3}
  - {name: down, type: conv, kernel: 3, stride: 2, filters: 4}
  - {name: u, type: residual, layers: [{type: conv, kernel: 3, padding: 1, filters: 4}]}
"""


def test_more() -> None:
    words = [knob.turned(2).words for knob in knobs("deepen", NET)]  # type: ignore[union-attr]
    assert words == ["repeat 'a_1' 5 times", "repeat 'u/add' 3 times", "repeat 'u/conv_1' 3 times"]
    made = turned("deepen", 0, 2, NET)
    assert made is not None
    assert changed(NET, made[1]) == ["- {name: a, type: conv, kernel: 3, padding: 1, filters: 4, repeat: 5}"]


def test_fewer() -> None:
    (knob,) = knobs("shorten", NET)
    assert knob.most == 2
    made = turned("shorten", 0, 2, NET)
    assert made is not None and made[0] == "repeat 'a_1' 1 times"
    assert turned("shorten", 0, 3, NET) is None
