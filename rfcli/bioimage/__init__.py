"""Models of bioimage.io (`rdf.yaml`): what they say of shapes and halos, held against the network of their weights."""


def is_resource(head: bytes) -> bool:
    """Whether a file that begins with `head` is a model of bioimage.io."""
    import re

    if b"format_version" not in head:
        return False
    keys = (rb"^format_version[ \t]*:", rb"^type[ \t]*:[ \t]*[\"']?model\b", rb"^(?:inputs|weights|outputs)[ \t]*:")
    return all(re.search(key, head, re.MULTILINE) for key in keys)
