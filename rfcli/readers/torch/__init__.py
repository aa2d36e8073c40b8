"""PyTorch: live modules, traced by `torch.export`, and the archives of `torch.export.save`, which need no torch."""

from __future__ import annotations

ENDINGS = (".pt2",)
"""What a file is by its name, where its content does not tell."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is an archive of torch.export, or a package of AOTInductor: by the names
    of its first entries."""
    if not head.startswith(b"PK"):
        return False
    import re

    from rfcli.readers.archive import first_names

    entry = (
        r"serialized_(exported_program\.json|(state_dict|constants|example_inputs)\.(pt|json))"
        r"|[^/]+/(models/|archive_format$|data/(weights|constants|sample_inputs|aotinductor)/)"
    )
    return any(re.match(entry, name) for name in first_names(head))
