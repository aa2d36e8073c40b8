"""Keras 1, which other keys and classes tell from Keras 2: its files are read as those of Keras 2 that say the same."""

from collections.abc import Iterator

from rfcli.description.nodes import Node

OWN = ("input_dtype", "nb_filter", "border_mode", "init", "mode_type")
"""Keys of configurations: models of Keras 1 have at least one of them, layers of Keras 2 none."""

OLDEST = ("Sequential", "Graph")
"""Classes of models that Keras 0.3 names by `name`."""


def is_first(root: Node) -> bool:
    """Whether a model was written by Keras 1. Where files hold more than the model, as HDF5 files do, it does not say
    so itself."""
    stated = root.value if type(root.value) is dict else {}
    if "class_name" not in stated and "name" in stated:
        return stated["name"].value in OLDEST
    version = stated["keras_version"].value if "keras_version" in stated else None
    if type(version) is str or "module" in stated:
        return str(version).startswith(("0.", "1."))
    return any(key in one for one in configurations(root) for key in OWN)


def configurations(node: Node) -> Iterator[dict[str, Node]]:
    """The configurations of all layers."""
    todo = [node]
    while todo:
        entry = todo.pop().value
        config = entry.get("config") if type(entry) is dict else None
        if config is None:
            continue
        inside = config.value
        if type(inside) is dict:
            yield inside
            todo += [inside[key] for key in ("layer",) if key in inside]
            inside = inside["layers"].value if "layers" in inside else None
        if type(inside) is list:
            todo += inside
