"""The fields of a layer at several input sizes."""

from __future__ import annotations

from engine import conv, report
from rfcli.engine.family import Family, family_of, grounded
from rfcli.geometry.field import Field, Reads


def test_families_of_fields() -> None:
    """Even and odd sizes: one class of fields, moved by one sample."""
    local = report(conv(stride=2, padding="same")).sight.axes[0].fields.local[1]
    assert local == Family((Field(2, ((0, 2),)),), ((0, 0), (0, -1)))
    assert isinstance(local, Family)
    assert local.field(1) == Field(2, ((-1, 1),))
    after = local.seen_by(Reads(1, ((0, 2, 1),)))
    assert [after.field(at) for at in range(2)] == [Field(2, ((0, 6),)), Field(2, ((-1, 5),))]
    assert family_of(Field(), 2).members == ((0, 0), (0, 0))


def test_grounded_fields_start_at_0() -> None:
    assert grounded(Field(2, ((-3, 4),))) == (Field(2, ((0, 7),)), -3)
