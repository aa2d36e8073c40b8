"""`rf rules`: the manual of the rules."""

import json

from cli.conftest import RF


def test_all_in_a_line_each(rf: RF) -> None:
    status, out, _ = rf("rules")
    assert (status, [line[:5] for line in out.splitlines()]) == (0, [f"RF5{number:02}" for number in range(1, 15)])
    assert "RF507 an output that sees less than the objects' size (with --object-size)\n" in out


def test_one_as_data(rf: RF) -> None:
    status, out, _ = rf("rules", "RF504", "-f", "json")
    (rule,) = json.loads(out)["rules"]
    assert (status, rule["code"], rule["default"], rule["option"]) == (0, "RF504", True, None)


def test_no_such_rule(rf: RF) -> None:
    status, out, err = rf("rules", "RF599")
    assert (status, out) == (2, "")
    assert err == "rf rules: no rule is called 'RF599'; did you mean 'RF509'?\n"
