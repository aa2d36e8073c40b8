"""Descriptions that extend one another: which file `extends` means, and what it may mean."""

from __future__ import annotations

import os

from rfcli import resources
from rfcli.description import source
from rfcli.description.format import check_document
from rfcli.description.nodes import LOST, Node, Problems
from rfcli.diagnostics import Near
from rfcli.layers._parameters import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.source import Document, Reader, Settings


def chain(
    root: Node, path: str | None, settings: Settings, reader: Reader, problems: Problems
) -> tuple[list[Node], Settings] | None:
    """A document and those that it extends, the nearest first, with the settings that no foreign model among them has
    taken; None, with the problem added, where one cannot be used."""
    documents = [root]
    seen = {os.path.realpath(path)} if path is not None else set()
    folder = os.path.dirname(os.path.realpath(path)) if path is not None else None
    here = folder
    while "extends" in documents[-1].value:
        node = documents[-1].value["extends"]
        if node.value is LOST:
            return None
        if len(documents) > reader.limits.extends:
            said = f"more than {reader.limits.extends} descriptions extend one another"
            problems.add(node, "RF009", said, reader.limits.exceeded("extends"))
            return None
        parent = _parent(node, here, folder, problems)
        if parent is None:
            return None
        if os.path.realpath(parent) in seen:
            problems.add(node, "RF210", f"extends goes in a circle: {shown(node.value)} extends this description")
            return None
        seen.add(os.path.realpath(parent))
        read = _read(node, parent, settings, reader, problems)
        if read is None or read.root is None:
            return None
        documents.append(read.root)
        settings = read.settings
        root.file.remarks += read.root.file.remarks
        here = os.path.dirname(os.path.realpath(parent))
        if folder is None or not _inside(parent, folder):
            folder = here
    return documents, settings


def _parent(node: Node, here: str | None, folder: str | None, problems: Problems) -> str | None:
    """The file that `extends` names: a bundled description, or one inside the first description's folder."""
    name = node.value
    scheme = name.partition(":")[0]
    if scheme != name and scheme in source.SCHEMES:
        problems.add(node, "RF210", f"{shown(name)} names code, and what a description says runs none",
                     f"write it as a description and extend that: rf import '{name}' -o base.yaml")  # fmt: skip
        return None
    if "/" not in name and "." not in name:
        bundled = resources.architecture(name)
        if bundled is None:
            problems.add(node, "RF210", f"there is no bundled network {shown(name)}",
                         Near(name, resources.architectures()))  # fmt: skip
        return bundled
    if here is None or folder is None:
        problems.add(node, "RF210", "a description that is not a file can only extend a bundled network",
                     "write the description to a file")  # fmt: skip
        return None
    if "\0" in name or os.path.isabs(name) or not _inside(os.path.join(here, name), folder):
        problems.add(node, "RF210", f"{shown(name)} lies outside the description's folder",
                     "extends takes files beside the description or below, and bundled names")  # fmt: skip
        return None
    return os.path.join(here, name)


def _inside(path: str, folder: str) -> bool:
    real = os.path.realpath(path)
    return real == folder or real.startswith(folder.rstrip(os.sep) + os.sep)


def _read(node: Node, path: str, settings: Settings, reader: Reader, problems: Problems) -> Document | None:
    """The description in a file that `extends` means, None where it is wrong."""
    beside = os.path.join(os.path.dirname(node.file.path), node.value)
    label = beside if "/" in node.value or "." in node.value else node.value
    before = len(problems)
    try:
        document = reader.file(path, os.path.normpath(label), problems, settings)
    except source.Unreadable as error:
        problems.add(node, "RF001", f"cannot read {shown(node.value)}: {error}")
        return None
    unread = len(problems) > before
    if document.root is None or not check_document(document.root, problems) or unread:
        return None
    return document
