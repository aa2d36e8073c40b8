"""Plans of nnU-Net: `nnUNetPlans.json` of version 2, and those of version 1, a pickle or JSON."""

ENDINGS = ()
"""What a file is by its name: JSON, as descriptions are."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` has nnU-Net's plans: configurations, of which each has a patch."""
    import re

    if head[:1] == b"\x80":
        return b"num_modalities" in head and (b"normalization_schemes" in head or b"plans_per_stage" in head)
    if re.match(rb"(?:\xef\xbb\xbf)?\s*\{", head) is None:
        return False
    if re.search(rb'"plans_per_stage"\s*:\s*\{', head) is not None:
        return True
    return re.search(rb'"configurations"\s*:\s*\{', head) is not None and re.search(
        rb'"(?:plans_name|patch_size|experiment_planner_used)"\s*:', head
    ) is not None  # fmt: skip
