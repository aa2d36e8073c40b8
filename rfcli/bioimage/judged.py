"""A model of bioimage.io held against the network of its weights: which sizes the network takes, how its outputs follow
from its inputs, and which halos they need."""

from __future__ import annotations

import os
from fractions import Fraction
from math import ceil

from rfcli import arguments
from rfcli.api.networks import compute, load
from rfcli.api.reach import sizes as taken
from rfcli.bioimage.needs import Need, need
from rfcli.bioimage.resource import Axis, Resource, Tensor, resource_of
from rfcli.bioimage.text import halos_set
from rfcli.description import yaml12
from rfcli.description.architecture import Architecture
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Node, Problems
from rfcli.description.source import Unreadable, decoded
from rfcli.description.unfound import near_network
from rfcli.diagnostics import CallError, DescriptionError, Diagnostic, counted, in_order
from rfcli.engine.tiling import global_layers
from rfcli.readers.draft import ForeignError
from rfcli.readers.stated import finite
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from rfcli.engine.report import Report

DIGITS = 200
"""Digits of integers: hashes may be made of them alone."""
LENIENT = ("RF004", "RF005")
"""What files may hold beside what is read: keys that are no strings, and keys given twice."""
KINDS = ("onnx", "keras_hdf5", "keras_v3", "tensorflow_js", "tensorflow_saved_model_bundle", "pytorch_state_dict",
         "torchscript")  # fmt: skip
"""Weights, those first that hold their network."""
TRIED = 3
"""Sizes beside the least one that are tried."""
SOUGHT = 9
"""Sizes among which some are looked for that the network takes."""
ENOUGH = 1 << 22
"""Samples up to which an input is enlarged to see how far its border reaches."""


class Judged(Value):
    """What a model says, held against its network: problems, remarks, how many numbers were looked at, and the halo
    that each output needs, per axis, by the output's name."""

    diagnostics: tuple[Diagnostic, ...]
    remarks: tuple[str, ...]
    looked_at: int
    halos: dict[str, dict[str, Need]]
    text: str
    """The text with the halos that are too small set to what is needed."""
    small: int = 0
    """How many halos were set in it."""


def check_bioimage(
    path: str | os.PathLike[str], *, network: Architecture | str | None = None, limits: Limits | None = None
) -> Judged:
    """Holds a bioimage.io model (`rdf.yaml`, format 0.4 or 0.5) against the network that its weights state, or against
    `network`, what `load` takes or returns. Nothing is fetched, and no file outside the model's folder is opened.
    Raises `OSError`, and for `network` what `load` raises."""
    shown = arguments.path(path, "path")
    if not (network is None or isinstance(network, Architecture | str)):
        raise arguments.refused("network", "an architecture, or the name of one", network)
    if not (limits is None or isinstance(limits, Limits)):
        raise arguments.refused("limits", "rfcli.Limits(layers=...)", limits)
    try:
        stream = open(shown, "rb")  # noqa: SIM115 - closed below
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise Unreadable(why, shown, near_network(shown)) from None
    with stream:
        return judged(stream, shown, network, Limits() if limits is None else limits)


def judged(stream: BinaryIO, shown: str, network: Architecture | str | None, limits: Limits) -> Judged:
    """What is wrong with a model, and what is known of it."""
    problems, file = Problems(), File(shown)
    text = decoded(stream, file, limits, problems)
    file.text = finite(text or "")
    said = Problems()
    root = yaml12.read(file, limits.replaced(digits=max(limits.digits, DIGITS)), said) if text else None
    file.text = text or ""
    problems.extend(one for one in said if root is None or one.code not in LENIENT)
    if root is None or problems:
        return Judged(in_order(problems), (), 0, {}, text or "")
    judge = _Judge(file, problems, limits)
    try:
        judge.all(resource_of(root), network)
    except ForeignError as error:
        problems.add(error.at or root, "RF410", error.message, error.help)
    return Judged(in_order(problems), tuple(judge.remarks), judge.looked_at, judge.halos,
                  halos_set(file.text, judge.set), len(judge.set))  # fmt: skip


class _Judge:
    """Looks at one model."""

    def __init__(self, file: File, problems: Problems, limits: Limits) -> None:
        self.file, self.problems, self.limits = file, problems, limits
        self.remarks: list[str] = []
        self.looked_at = 0
        self.halos: dict[str, dict[str, Need]] = {}
        self.set: list[tuple[Resource, Tensor, Axis, int]] = []
        """Halos that are to be set: of which axis, and to what."""

    def all(self, resource: Resource, named: Architecture | str | None) -> None:
        network = self._network(resource, named)
        if network is None or not self._matched(resource, network):
            return
        reports = self._taken(resource, network)
        if not reports:
            return
        first = next(iter(reports.values()))
        for output, layer in zip(resource.outputs, first.outputs, strict=False):
            rank = len(first.layer(layer).output_size or ())
            if len(output.axes) != rank or len(first.graph.axes) != rank:
                said = (
                    f"output '{output.name}' has {counted(len(output.axes), 'axis', 'axes')} of space, the network's "
                )
                self._wrong(output.node, "RF410", f"{said}'{layer}' has {rank}")
                continue
            for number, axis in enumerate(output.axes):
                self._sized(resource, output, axis, number, layer, reports)
                self._haloed(resource, network, output, axis, number, layer)
            self._whole(first, output, layer)

    def _wrong(self, at: Node, code: str, message: str, help: str = "") -> None:
        self.problems.add(at, code, message, help)

    # --- the network

    def _network(self, resource: Resource, named: Architecture | str | None) -> Architecture | None:
        """The network that is named, or that the first weights state that can be read."""
        if named is not None:
            return load(named, limits=self.limits) if isinstance(named, str) else named
        why = []
        for kind in sorted(resource.weights, key=lambda kind: KINDS.index(kind) if kind in KINDS else len(KINDS)):
            found = self._weights(resource.weights[kind])
            if not isinstance(found, str):
                return found
            why.append(f"{kind}: {found}")
        said = "; ".join(why) or "there are none"
        self._wrong(resource.weights_at, "RF410", f"the network of the weights is not known: {said}",
                    "--network NET names it: any network that rf reads")  # fmt: skip
        return None

    def _weights(self, entry: Node) -> Architecture | str:
        """The network that weights state, or why it is not known."""
        source = entry.value.get("source") if type(entry.value) is dict else None
        path = source.value.get("path", source) if source is not None and type(source.value) is dict else source
        name = path.value if path is not None else None
        if type(name) is not str:
            return "it has no source"
        if "://" in name:
            return f"'{name[:80]}' is not fetched"
        folder = os.path.realpath(os.path.dirname(self.file.path) or ".")
        place = os.path.realpath(os.path.join(folder, name))
        if os.path.isabs(name) or os.path.commonpath([folder, place]) != folder:
            return f"'{name[:80]}' lies outside the model's folder"
        if not os.path.isfile(place):
            return f"'{name[:80]}' is not there"
        try:
            return load(place, limits=self.limits)
        except DescriptionError as error:
            return f"'{name[:80]}': {error.diagnostics[0].message}"
        except (CallError, OSError) as error:
            return str(error)

    def _matched(self, resource: Resource, network: Architecture) -> bool:
        """Whether the network has the inputs that are stated, of as many axes."""
        if len(network.inputs) != len(resource.inputs):
            stated, has = counted(len(resource.inputs), "input"), counted(len(network.inputs), "input")
            self._wrong(resource.node, "RF410", f"the file states {stated}, the network has {has}")
            return False
        for tensor in resource.inputs:
            if len(tensor.axes) != network.axes:
                stated = counted(len(tensor.axes), "axis", "axes")
                self._wrong(tensor.node, "RF410",
                            f"input '{tensor.name}' has {stated} of space, the network has {network.axes}")  # fmt: skip
                return False
        return True

    # --- which sizes are taken

    def _sizes(self, resource: Resource, network: Architecture, more: int) -> dict[str, tuple[int, ...]]:
        """The size of each of the network's inputs: the least one, and so many steps more."""
        sizes = {}
        for tensor, one in zip(resource.inputs, network.inputs, strict=True):
            sizes[one.name] = tuple([self._size(resource, axis, more) for axis in tensor.axes])
        return sizes

    def _size(self, resource: Resource, axis: Axis, more: int) -> int:
        if axis.of is None:
            return axis.least + more * axis.step
        other = self._axis(resource, axis.of)
        if other is None or other.of is not None:
            raise ForeignError(f"the size along {axis.name} follows from no input's axis", at=axis.at)
        n = (other.least + more * other.step) * other.distance / axis.distance + axis.offset
        return max(int(n), 1)

    def _axis(self, resource: Resource, of: tuple[str, str], place: int = -1) -> Axis | None:
        """An axis of an input by the names of both; without a name of the axis, the one at the same place."""
        for tensor in resource.inputs:
            if tensor.name == of[0]:
                for axis in tensor.axes:
                    if axis.name == of[1] or (not of[1] and axis.place == place):
                        return axis
        return None

    def _taken(self, resource: Resource, network: Architecture) -> dict[int, Report]:
        """Reports at the least size and at some steps more; what is not taken is told."""
        steps = any(axis.step for tensor in resource.inputs for axis in tensor.axes)
        found, told = {}, False
        for more in range(1 + TRIED if steps else 1):
            sizes = self._sizes(resource, network, more)
            self.looked_at += 1
            try:
                found[more] = compute(network, input_size=sizes)
            except DescriptionError as error:
                problem = error.diagnostics[0]
                size = " and ".join("x".join(map(str, one)) for one in sizes.values())
                which = "min" if not more else f"min and {counted(more, 'step')}"
                which = which if steps else "shape"
                said = f"the network does not take the input size {size} ({which}): {problem.message}"
                if not told:
                    at = resource.inputs[0].axes[0].at or resource.node
                    self._wrong(at, "RF409", said, self._fitting(network) or problem.help)
                told = True
        return found

    def _fitting(self, network: Architecture) -> str:
        """The sizes that the network takes, where they are told in few words."""
        try:
            axes = taken(network)
        except (CallError, DescriptionError):
            return ""
        found = [
            f"from {min([axis.smallest, *axis.also])} on in steps of {axis.period} along {axis.axis}"
            for axis in axes
            if axis.period and axis.smallest is not None and axis.residues is not None and len(axis.residues) == 1
        ]
        return f"sizes that fit: {', '.join(found)}" if len(found) == len(axes) else ""

    # --- how outputs follow

    def _sized(
        self, resource: Resource, output: Tensor, axis: Axis, number: int, layer: str, reports: dict[int, Report]
    ) -> None:
        """Holds the size that is stated against the network's."""
        self.looked_at += 1
        source = self._source(resource, axis)
        pairs = []
        for more, report in reports.items():
            size = (report.layer(layer).output_size or ())[number]
            if not isinstance(size, int):
                return
            n = source.least + more * source.step if source is not None else 0
            stated = int(n * axis.factor + axis.offset) if axis.of is not None else axis.least
            pairs.append((n, stated, size))
        wrong = next((one for one in pairs if one[1] != one[2]), None)
        if wrong is None or axis.at is None:
            return
        n, stated, size = wrong
        said = f"output '{output.name}' along {axis.name}: it is {stated} as stated"
        said += f" for an input of {n}" if axis.of is not None else ""
        self._wrong(axis.at, "RF408", f"{said}, the network makes {size}",
                    self._follows(resource, reports, layer, number, pairs, axis))  # fmt: skip

    def _source(self, resource: Resource, axis: Axis) -> Axis | None:
        """The input's axis that an output's follows from."""
        if axis.of is None:
            return None
        found = self._axis(resource, axis.of, axis.place)
        if found is None:
            name = f"{axis.of[0]}.{axis.of[1]}".rstrip(".")
            raise ForeignError(f"the size along {axis.name} follows from '{name}', which is no input's", at=axis.at)
        return found

    def _follows(
        self, resource: Resource, reports: dict[int, Report], layer: str, number: int,
        pairs: list[tuple[int, int, int]], axis: Axis,
    ) -> str:  # fmt: skip
        """What would be right: the scale and the offset, where the sizes follow so."""
        field = next(iter(reports.values())).layer(layer).receptive_field
        stride = field.stride[number] if field is not None else None
        if axis.of is None:
            return f"{pairs[0][2]} is right"
        if not isinstance(stride, int | Fraction) or not stride:
            return ""
        offsets = {size - n / Fraction(stride) for n, _, size in pairs}
        if len(offsets) > 1:
            return (
                "its size is no multiple of the input's and an offset: state an input's size and step that make it so"
            )
        (offset,) = offsets
        if resource.version == (0, 4):
            return f"scale {_shown(1 / Fraction(stride))} and offset {_shown(offset / 2)} are right"
        source = self._source(resource, axis)
        distance = Fraction(stride) * (source.distance if source is not None else 1)
        return f"scale {_shown(distance)} and offset {_shown(offset)} are right"

    # --- halos

    def _haloed(
        self, resource: Resource, network: Architecture, output: Tensor, axis: Axis, number: int, layer: str
    ) -> None:
        """Holds a halo against what is needed."""
        found = self._need(resource, network, layer, number)
        if found is None:
            return
        self.looked_at += 1
        self.halos.setdefault(output.name, {})[axis.name] = found
        halo = found.halo
        if resource.version == (0, 5) and axis.of is not None:
            halo = ceil(halo / axis.factor.numerator) * axis.factor.numerator  # a whole number of the input's samples
        if axis.halo >= halo:
            return
        beyond = f"{counted(found.before, 'output')} at the start and {found.after} at the end read beyond the input"
        help = f"halo {halo}" + (" (--fix writes it)" if axis.of is not None or resource.version == (0, 4) else "")
        least = self._least(resource, axis)
        if least is not None and least - 2 * halo < 1:
            help += f"; nothing is left of the least output, of {least}: a larger min is needed too"
        at = axis.halo_at or (output.node if resource.version == (0, 4) else axis.at) or output.node
        said = (
            f"the halo of output '{output.name}' along {axis.name} is {axis.halo}, at least {halo} is needed: {beyond}"
        )
        self._wrong(at, "RF407", said, help)
        self.set.append((resource, output, axis, halo))

    def _least(self, resource: Resource, axis: Axis) -> int | None:
        source = self._source(resource, axis)
        return axis.least if source is None else int(source.least * axis.factor + axis.offset)

    def _need(self, resource: Resource, network: Architecture, layer: str, number: int) -> Need | None:
        """What is needed at sizes so large that both borders are apart, the most of two such sizes; None where it is
        not known, which is remarked."""
        found: list[Need] = []
        why, enough = "", 0
        for more in range(SOUGHT):
            sizes = self._sizes(resource, network, enough + more)
            try:
                report = compute(network, input_size=sizes)
                field = report.layer(layer).receptive_field
                size = field.size[number] if field is not None else None
                if not enough and isinstance(size, int) and size < ENOUGH:
                    enough = self._enough(resource, number, 3 * size)
                    sizes = self._sizes(resource, network, enough + more)
                    report = compute(network, input_size=sizes)
                found.append(need(report, layer, number, next(iter(sizes.values()))[number]))
            except (CallError, DescriptionError) as error:
                why = str(error).splitlines()[0]
            if len(found) > 1 or not any(axis.step for tensor in resource.inputs for axis in tensor.axes):
                break
        if not found:
            self.remarks.append(f"the halo that '{layer}' needs is not known: {why}")
            return None
        return Need(max(one.before for one in found), max(one.after for one in found))

    def _enough(self, resource: Resource, number: int, samples: int) -> int:
        """Steps after which all inputs are so large along an axis; 0 where they have no steps."""
        steps = [
            ceil(max(samples - axis.least, 0) / axis.step)
            for tensor in resource.inputs
            for axis in tensor.axes[number : number + 1]
            if axis.step
        ]
        return max(steps, default=0)

    def _whole(self, report: Report, output: Tensor, layer: str) -> None:
        """Remarks that an output also sees the whole image."""
        names = global_layers(report, report.number(layer))
        if names:
            self.remarks.append(
                f"output '{output.name}' also sees the whole image, through '{names[0]}': no halo makes tiles equal "
                "one pass; the halo is that of its local paths"
            )


def _shown(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else str(float(number))
