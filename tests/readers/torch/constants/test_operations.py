"""Operations by their names."""

from rfcli.readers.torch.constants import entries, layout, operations, parts


def test_each_is_known_by_its_name() -> None:
    assert operations.known["permute"] is layout.permute
    assert operations.known["where"] is entries.chosen
    assert operations.known["concat" if "concat" in operations.known else "cat"] is parts.cat


def test_operation() -> None:
    @operations.operation("of a test", "another")
    def made(self: int) -> int:
        return self + 1

    try:
        assert operations.known["of a test"] is operations.known["another"] is made
    finally:
        del operations.known["of a test"], operations.known["another"]
