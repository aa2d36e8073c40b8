"""What every layer type answers: output sizes, what is read, channels and costs."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from math import gcd, prod

from rfcli.geometry.bits import of_runs, ones, runs
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers._parameters import REQUIRED, Integers, Padding, Parameter, ParameterError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import ClassVar

    from rfcli.geometry.borders import Border

IDENTITY_READS = Reads(1, ((0, 0, 1),))
"""Output `o` reads input `o`."""

MAX_CHANNELS = 1 << 63
"""Channels are counted up to here."""


class GeometryError(Exception):
    """A layer that cannot be applied to its input: an entry of `CODES`, what is wrong, and the mend when known, as a
    help and as another value for one of its parameters."""

    def __init__(self, code: str, message: str, help: str = "", change: tuple[str, str] | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.help, self.change = code, message, help, change


class Missing(Exception):
    """Parameters that neither the layer nor the defaults give."""


class Whole(Enum):
    """How a layer sees the whole map along an axis."""

    NO = 0
    ALSO = 1
    """Beside its local field: squeeze-excite, statistics of normalisations."""
    ONLY = 2
    """No local field is left: global pooling, flatten, attention."""


NEITHER, BEFORE, AFTER, BOTH = 0, 1, 2, 3
"""On which sides of its local field a layer sees everything along an axis; joined as bits."""


class Layer:
    """A layer of some type with parsed parameters. It never changes once built, and repetitions share it.

    Sizes are numbers of samples along one axis, `axis` counts in input order, `n` is the input's size and `like` the
    size of the layer that a `like` parameter names.
    """

    parameters: ClassVar[dict[str, Parameter]] = {}
    types: ClassVar[tuple[str, ...]] = ()
    merge: ClassVar[bool] = False
    """Takes several inputs."""
    pair: ClassVar[bool] = False
    """Takes two inputs, which differ."""
    slides: ClassVar[bool] = False
    """Slides the second of its inputs over the first, and reads all of it."""
    compares: ClassVar[bool] = False
    """Merges what lies at different places, as it is meant to."""
    flat: ClassVar[bool] = False
    """Takes features without a map as well as maps, and gives back what it takes."""
    partial: ClassVar[bool] = False
    """An output reads a part of the channels only, whichever its channel is."""
    weighted: ClassVar[bool] = False
    """Has weights between channels, or taps: what follows it belongs to it."""
    follows: ClassVar[bool] = False
    """Belongs to the layer before, as an activation does to a convolution."""
    exclusive: ClassVar[tuple[str, ...]] = ()
    """Parameters of which exactly one is given."""
    joint: tuple[tuple[int, ...], ...] | None = None
    """Places of the taps, per axis, of a layer that does not read all combinations of what it reads along the axes."""
    gaps: bool = False
    """Whether some outputs read nothing: a transposed convolution whose kernel is smaller than its stride."""
    tap_energy: float = 1.0
    """The gradient energy that each of these taps receives of an output's, where all receive the same."""
    silent: ClassVar[bool] = False
    """Nothing of the input passes it, by no path."""
    stated_params: int | None = None
    """Trainable parameters, where they are stated: of layers that share theirs, all but one state 0."""
    like: str | None = None
    """The layer whose size this one takes; a size dependency, no edge."""

    def __init__(self, type: str, axes: int, given: dict[str, object]) -> None:
        """Reads the parameters; `given` maps names to plain values, without expressions.

        Raises `ParameterError` and `Missing`.
        """
        self.type, self.axes, self.given = type, axes, given
        for name, declared in self.parameters.items():
            value = given.get(name, declared.default)
            if value is REQUIRED:
                raise Missing(name)
            try:
                parsed = declared.kind.parse(value, axes) if value is not None or name in given else None
            except ParameterError as error:
                error.parameter = name
                raise
            setattr(self, attribute(name), parsed)

    def contradiction(self) -> str | None:
        """What parameters say against each other; None when all is well."""
        given = [name for name in self.exclusive if getattr(self, attribute(name)) is not None]
        if not self.exclusive or len(given) == 1:
            return None
        listed = f"{', '.join(self.exclusive[:-1])} and {self.exclusive[-1]}"
        return f"{self.type} takes one of {listed}, here are {' and '.join(given) or 'none'}"

    @cached_property
    def isotropic(self) -> bool:
        """Whether all axes have the same parameters."""
        for name, declared in self.parameters.items():
            if isinstance(declared.kind, Integers):  # channels
                continue
            value = getattr(self, attribute(name))
            if isinstance(value, Padding):
                value = value.sides
            if type(value) is tuple and any(v != value[0] for v in value):
                return False
        sees = {self.sees(axis, training=False) for axis in range(self.axes)}
        return len(sees) == 1

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        """Number of outputs along `axis`; 0 or less means that not one fits. Raises `GeometryError`."""
        return n

    def reads(self, axis: int, n: int, like: int | None = None) -> Reads | Unknown:
        """What the outputs read along `axis`, every map taken as unbounded."""
        return IDENTITY_READS

    def reads_of(self, axis: int, places: Sequence[int], n: int) -> Reads:
        """What the outputs read along `axis` with only the taps at some places of the kernel."""
        raise NotImplementedError(f"{self.type} has no mask")

    def energy(self, axis: int, reads: Reads, n: int, like: int | None = None) -> tuple[tuple[float, ...], ...]:
        """For each phase of `reads` the gradient energy that each tap receives of an output's, on average over
        independent weights of mean 0 whose variances keep the energy: the taps share it (Luo et al. 2016, section 2).
        """
        counts = ((taps[1] - taps[0]) // taps[2] + 1 if taps else 0 for taps in reads.phases)
        return tuple((1 / count,) * count if count else () for count in counts)

    def border(self, axis: int, n: int) -> Border | None:
        """What stands beside the map, where the layer pads it with samples of its own; None where nothing is read."""
        return None

    @property
    def needs_size(self) -> bool:
        """Whether `reads` depends on the sizes of maps."""
        return False

    @property
    def size_dependence(self) -> str:
        """What makes `reads` depend on sizes, for people."""
        return f"{self.type} to a given size"

    def strides(self, axis: int) -> tuple[int, int]:
        """Growth of the output with the input along `axis`, as outputs per inputs: (1, s), or (s, 1) upwards.

        (0, 1) for a size that does not depend on the input's.
        """
        return (1, 1)

    def gap(self, axis: int) -> int:
        """Distance of the taps along `axis`; 1 for a single tap."""
        return 1

    def whole(self, axis: int, training: bool) -> Whole:
        """Whether the layer sees the whole map along `axis`."""
        return Whole.NO

    def picks(self, reads: object) -> bool:
        """Whether every output reads one sample of the input, where `reads` is what is known of what it reads."""
        phases = reads.phases if isinstance(reads, Reads) else ()
        return bool(phases) and all(taps is not None and taps[0] == taps[1] for taps in phases)

    def sees(self, axis: int, training: bool) -> int:
        """On which sides of its local field the layer sees everything along `axis`."""
        return NEITHER if self.whole(axis, training) is Whole.NO else BOTH

    def channels(self, c: int | Unknown, n: tuple[int | Unknown, ...]) -> int | Unknown:
        """Output channels for `c` input channels on a map of sizes `n`. Raises `GeometryError`."""
        return c

    @property
    def keeps_apart(self) -> bool:
        """Whether an output channel reads some of the input channels only."""
        return False

    @property
    def assumes(self) -> str:
        """What a layer does that may be meant otherwise, as nothing says it; empty for most."""
        return ""

    @property
    def keeps_some_apart(self) -> str:
        """Why it is not followed what one of its output channels sees, of a layer with a label; none where it is."""
        return ""

    def channels_read(self, kept: int, c: int) -> int:
        """The input channels, of `c`, that the output channels `kept` read by local paths: a bit for each."""
        return ones(c)

    @property
    def sees_apart(self) -> bool:
        """Whether output channels see different things where all input channels see the same."""
        return False

    def pieces(self, kept: int, c: int) -> list[tuple[Layer, int]]:
        """Layers that together make the output channels `kept`, and which of `c` input channels each of them reads,
        where positions have channels of their own. All of them read what the layer reads."""
        return []

    def channels_weighed(self, kept: int, c: int) -> int:
        """The input channels whose whole maps the output channels `kept` see beside their local paths."""
        return self.channels_read(kept, c)

    def params(self, c: int | Unknown, n: tuple[int | Unknown, ...]) -> int | Unknown:
        """Trainable parameters."""
        return 0

    def macs(self, c: int | Unknown, n: tuple[int | Unknown, ...], out: tuple[int | Unknown, ...]) -> int | Unknown:
        """Multiply-accumulates for one input, from `n` to `out` positions per axis."""
        return 0

    def extra_flops(
        self, c: int | Unknown, n: tuple[int | Unknown, ...], out: tuple[int | Unknown, ...]
    ) -> int | Unknown:
        """Floating-point operations beside the two of each multiply-accumulate: biases, pooled taps."""
        return 0


class Paired(Layer):
    """A layer of two inputs, of which each has a part of its own."""

    pair = True
    names: ClassVar[tuple[str, str]]
    """What the inputs are called."""
    of_names: ClassVar[str]
    """What they are, as a sentence."""

    def paired_channels(self, first: int | Unknown, second: int | Unknown) -> int | Unknown:
        """Output channels for those of both maps. Raises `GeometryError`."""
        raise NotImplementedError


class Channelwise(Layer):
    """A layer that works on each channel by itself: output channel c reads input channel c."""

    @property
    def keeps_apart(self) -> bool:
        return True

    def channels_read(self, kept: int, c: int) -> int:
        return kept & ones(c)


class Grouped(Layer):
    """A layer that mixes the channels of each of its groups."""

    groups: int

    @property
    def keeps_apart(self) -> bool:
        return self.groups > 1

    def channels_read(self, kept: int, c: int) -> int:
        made = self.channels(c, ())
        if self.groups == 1 or not isinstance(made, int) or made % self.groups or c % self.groups:
            return ones(c)
        return in_groups(kept, self.groups, made // self.groups, c // self.groups)


def in_groups(kept: int, groups: int, each: int, read: int) -> int:
    """The channels of all groups that the channels `kept` lie in: `each` of them to a group, which reads `read`."""
    touched = ((start // each * read, ((end - 1) // each + 1) * read) for start, end in runs(kept))
    return of_runs(touched, groups * read)


class Pooling(Channelwise):
    """A layer that makes one value of several."""

    @property
    def statistic(self) -> str:
        """What the value is: avg, max or lp (a norm)."""
        return self.type.split("_")[-2]


class Wrong(Layer):
    """Stands where a description is wrong: takes any inputs, and nothing is known of its output."""

    merge = True

    def channels(self, c: int | Unknown, n: tuple[int | Unknown, ...]) -> int | Unknown:
        return Unknown("channels: a layer is wrong")


WRONG = Wrong("wrong", 1, {})


def even(reads: Reads) -> tuple[tuple[float, ...], ...]:
    """One for each tap that is left, and 0 for those that a mask leaves out."""
    rows = []
    for phase, taps in enumerate(reads.phases):
        left = reads.left(phase)
        count = (taps[1] - taps[0]) // taps[2] + 1 if taps else 0
        rows.append(tuple([float(not left or left >> tap & 1) for tap in range(count)]))
    return tuple(rows)


def averaged(reads: Reads) -> tuple[tuple[float, ...], ...]:
    """Energies of true averages, whose weights are 1/k: squared, each tap receives 1/k^2."""
    counts = ((taps[1] - taps[0]) // taps[2] + 1 if taps else 0 for taps in reads.phases)
    return tuple((1 / count**2,) * count if count else () for count in counts)


def attribute(parameter: str) -> str:
    """The attribute that holds a parameter: an underscore tells it from a keyword of Python or a method."""
    if parameter in ("params", "macs"):
        return f"stated_{parameter}"
    return f"{parameter}_" if parameter in ("axes", "global", "output_size") else parameter


def product(*factors: int | Unknown | tuple[int | Unknown, ...]) -> int | Unknown:
    """The product of counts and sizes, unknown where a factor is."""
    flat: list[int | Unknown] = []
    for factor in factors:
        flat.extend(factor) if isinstance(factor, tuple) else flat.append(factor)
    known = []
    for value in flat:
        if isinstance(value, Unknown):
            return value
        known.append(value)
    return prod(known)


def total(*terms: int | Unknown) -> int | Unknown:
    """The sum of counts, unknown where a term is."""
    result = 0
    for term in terms:
        if isinstance(term, Unknown):
            return term
        result += term
    return result


def check_parts(count: object, parts: int, what: str = "channels", each: str = "groups") -> None:
    """Raises `GeometryError` where so many channels, if that is known, cannot be split into equal parts."""
    if not isinstance(count, int) or count % parts == 0:
        return
    change = ("groups", str(gcd(count, parts))) if each == "groups" else None
    help = "" if change is None else f"write groups: {change[1]}, which divides them"
    more = f"{'or ' if help else ''}make them a multiple of {parts}: {-(-count // parts) * parts}"
    said = f"{count} {what} cannot be split into {parts} {each}"
    raise GeometryError("RF306", said, f"{help}, {more}" if help else more, change)
