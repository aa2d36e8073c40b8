"""What is wrong with descriptions that are refused."""

import pytest

import rfcli


def problems(text: str) -> list[rfcli.Diagnostic]:
    """All that is said of a description that is wrong."""
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(text)
    return list(raised.value.diagnostics)
