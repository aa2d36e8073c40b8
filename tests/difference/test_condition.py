"""Conditions on a difference: right and wrong ones."""

import pytest
import yaml
from difference.nets import AFTER, BEFORE

import rfcli
from rfcli.difference.condition import Condition

CONDITIONS: list[tuple[str, bool | None]] = [
    ("size < before", True),  # 7 < 8
    ("size <= before - 2", False),
    ("size > before", False),
    ("before > size", True),
    ("size < size_before", True),
    ("size_h < before", True),
    ("size_h_before == 8 and size_w == 7", True),
    ("stride != before", True),  # 1, 2
    ("output_size == 2 * before", True),  # 16, 8
    ("channels == before", True),
    ("params > before", True),  # 600, 408
    ("params > 1.5 * before", False),  # 612
    ("params > 1.4 * before", True),
    ("params - before == 192", True),
    ("params == 600 and params_before == 408", True),
    ("cumulative_params == params", True),
    ("macs > before", True),  # 16*16*75*4 + 16*16*36*8 = 150528 beside 16*16*27*4 + 8*8*36*8 = 46080
    ("macs == 150528 and macs_before == 46080", True),
    ("layers == before", True),
    ("added + removed == 2 and renamed == 1 and changed == 1 and affected == 0", True),
    ("removed > 0", True),
    ("removed > 1", False),
    ("size < before and params < before", False),
    ("size < before or params < before", True),
    ("size < 2 * min(before, 4)", True),
    ("not size < before", False),
    ("padding < before", False),  # 3, 3
    ("center < before", True),  # 0, 0.5
    ("aligned != before", False),
    ("true", True),
    ("size\n<\nbefore", True),
    ("globally", False),
]


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS)
def test_conditions(condition: str, holds: bool | None) -> None:
    found = rfcli.diff(yaml.safe_load(BEFORE), yaml.safe_load(AFTER))
    assert found.holds(condition) is holds


WRONG = [
    ("", "it is empty (write size < before)"),
    ("siz < before", "there is no number 'siz' (did you mean 'size'?)"),
    ("size < befor", "there is no number 'befor'"),
    ("before < 3", "it is not clear which number 'before' is (write size_before, params_before)"),
    ("size < before < params", "it is not clear which number 'before' is"),
    ("size <", "cannot read the expression"),
    ("(size < before", "a bracket is not closed"),
    ("size.x < 1", "an attribute is not part of the expression language"),
    ("__import__('os')", "this call is not part of the expression language"),
    ("size - before", "it is not clear which number 'before' is"),
    ("global", "cannot read the expression"),
    ("added < before", "it is not clear which number 'before' is"),
    ("size < 'a'", "this cannot be worked out"),
    ("size", "it must be true or false, is 7: compare, size < before"),
    ("size / 0 < 1", "a division by zero"),
    ("x" * 5000, "an expression of 5000 characters"),
    ("\0", "cannot read the expression"),
    ("((((" * 300, "a bracket is not closed"),
]


@pytest.mark.parametrize(("condition", "said"), WRONG)
def test_wrong_conditions(condition: str, said: str) -> None:
    found = rfcli.diff(yaml.safe_load(BEFORE), yaml.safe_load(AFTER))
    with pytest.raises(rfcli.CallError) as error:
        found.holds(condition)
    assert said in str(error.value)


def test_along_each_axis() -> None:
    def net(*kernel: int) -> dict[str, object]:
        layer = {"name": "a", "type": "conv", "kernel": list(kernel), "filters": 1}
        return {"format": 1, "input": {"size": [9, 9], "channels": 1}, "layers": [layer]}

    found = rfcli.diff(net(3, 5), net(5, 3))
    assert found.holds("size < before") and found.holds("size > before")
    assert found.holds("size_h < before") is False
    assert found.holds("size_w < before") is True
    held = Condition("size < before").holds(found)
    assert held is not None and (held.where, held.values) == ("a", "size 3, size_before 5")


def test_what_is_not_known() -> None:
    layer = {"name": "a", "type": "conv", "kernel": 3}
    found = rfcli.diff({"format": 1, "layers": [layer]}, {"format": 1, "layers": [{**layer, "kernel": 5}]})
    assert found.holds("params > before") is None
    assert found.holds("params > before or size > before") is None
    assert found.holds("size > before or params > before") is True
    assert found.holds("size > before") is True
    new = rfcli.diff(None, {"format": 1, "layers": [layer]})
    assert new.holds("size < before") is None
    assert new.holds("size == 3 and added == 1") is True


def test_of_several_outputs_one_is_enough() -> None:
    def net(kernel: int) -> dict[str, object]:
        heads = [{"name": name, "type": "conv", "kernel": k, "filters": 1, "inputs": ["input"]}
                 for name, k in (("p", 3), ("q", kernel))]  # fmt: skip
        return {"format": 1, "input": {"size": 32, "channels": 1}, "layers": heads}

    held = Condition("size < before").holds(rfcli.diff(net(7), net(5)))
    assert held is not None and (held.holds, held.where) == (True, "q")
    held = Condition("size < before").holds(rfcli.diff(net(7), net(9)))
    assert held is not None and not held.holds


def test_a_network_without_a_field_is_asked_for_its_costs() -> None:
    net = {"format": 1, "input": {"size": 4, "channels": 2}, "layers": [{"name": "f", "type": "flatten"}]}
    more = {**net, "layers": [*net["layers"], {"name": "l", "type": "linear", "units": 3}]}
    found = rfcli.diff(net, more)
    assert found.holds("params > before") is True
    assert found.holds("size < before") is None
