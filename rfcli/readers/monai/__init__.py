"""Bundles of MONAI: their configurations, in JSON or YAML."""

ENDINGS = ()
"""What a file is by its name: YAML or JSON, as descriptions are."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is a bundle's: it says how its network is made, in MONAI's words."""
    import re

    if b"_target_" not in head:
        return False
    if re.search(rb"""(?:^|[{,])[ \t]*["']?network_def["']?[ \t]*:""", head, re.MULTILINE) is not None:
        return True
    network = re.search(rb"""(?:^|[{,])[ \t]*["']?network["']?[ \t]*:""", head, re.MULTILINE)
    return network is not None and re.search(rb"bundle_root|\bmonai\.", head) is not None
