"""A network that is read once and computed for many settings."""

from __future__ import annotations

import json
from hashlib import sha256

from rfcli import pipeline
from rfcli.description.load import Prepared, UnknownParameter, described
from rfcli.description.nodes import Node, Problems
from rfcli.description.sharing import Shared, Unshared
from rfcli.diagnostics import CallError, DescriptionError, Span, did_you_mean
from rfcli.engine.brief import brief
from rfcli.engine.kept import Kept
from rfcli.graph.compile import compiled
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rfcli.description.architecture import Architecture
    from rfcli.description.limits import Limits
    from rfcli.description.source import Settings
    from rfcli.engine.brief import Brief
    from rfcli.pipeline import InputSizes


class Description(Value):
    """A description, read and checked once; `fixed` are settings that all have."""

    text: Prepared
    fixed: Settings

    @property
    def label(self) -> str:
        """Its name for people."""
        return self.text.label

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the parameters."""
        declared = self.text.keys.get("parameters")
        return tuple(declared.value) if declared is not None else ()

    @property
    def digest(self) -> str:
        """The same for the same description, whatever its comments."""
        return _digest({key: node.plain() for key, node in self.text.keys.items()})

    def check(self, names: Iterable[str]) -> None:
        """Raises `CallError` for a name that is none of a parameter."""
        for name in (*self.fixed, *names):
            if name not in self.parameters:
                help = did_you_mean(name, self.parameters) if self.parameters else "it has none"
                which = "settings" if name in self.fixed else "grid"
                raise CallError(f"{self.label}: {which}: there is no parameter '{name}' ({help})", which)


class Model(Value):
    """A foreign model, which is read anew for each setting: what its reader lets choose decides what it reads."""

    data: bytes
    label: str
    limits: Limits
    fixed: Settings

    @property
    def parameters(self) -> tuple[str, ...]:
        """Only its reader knows what may be set."""
        return ()

    @property
    def digest(self) -> str:
        """The same for the same model."""
        return sha256(self.data).hexdigest()

    def check(self, names: Iterable[str]) -> None:
        """Its reader looks at the names of settings, for each of them."""


def _digest(plain: object) -> str:
    return sha256(json.dumps(plain, sort_keys=False).encode()).hexdigest()


class Variations:
    """A network for one setting after the other; what these have in common is worked out once."""

    def __init__(self, network: Description | Model, input_size: InputSizes, layer: str | None) -> None:
        self.network, self.input_size, self.layer = network, input_size, layer
        self._shared: Shared | None = Shared()
        self._kept = Kept()

    def brief(self, settings: Settings) -> Brief:
        """What is asked of the network. Raises `DescriptionError` with what is wrong with it for this setting, and
        `CallError`."""
        given = {**self.network.fixed, **settings}
        problems = _unhelped()
        found = self._computed(self._architecture(given, problems), problems)
        if found is None:
            # What was shared says nothing of problems that others have met: all is looked at anew.
            problems = _unhelped()
            found = self._computed(self._alone(given, problems), problems)
        if found is None and not problems:
            raise CallError(f"{self.network.label}: the network has no layers")
        if found is None:
            raise DescriptionError(problems)
        return found

    def _computed(self, network: Architecture | None, problems: Problems) -> Brief | None:
        """What is asked of an architecture; None with the problems added, or for one without layers."""
        if network is None:
            return None
        network = pipeline.resized(network, self.input_size)
        found = self._kept.brief(network, self.layer)
        if found is not None:
            return found
        graph = compiled(network, problems)
        return None if graph is None else brief(graph, self.layer, problems)

    def _architecture(self, given: Settings, problems: Problems) -> Architecture | None:
        """The architecture for a setting, made of what is shared; None where that cannot be, or something is wrong."""
        if self._shared is None or not isinstance(self.network, Description):
            return None
        try:
            found = described(self.network.text, given, problems, self._shared.expander)
        except Unshared:
            self._shared = None
            return None
        except (RecursionError, UnknownParameter):
            found = None
        if problems or found is None:
            self._shared.forget()
            return None
        return found

    def _alone(self, given: Settings, problems: Problems) -> Architecture | None:
        """The architecture for a setting, as any command reads it."""
        network = self.network
        if isinstance(network, Model):
            return pipeline.Loading(network.limits, None, given).text(network.data, network.label)
        try:
            return described(network.text, given, problems)
        except UnknownParameter as error:
            raise CallError(f"{network.label}: {error}") from None
        except RecursionError:
            help = "nest less: one long list of layers, or blocks that do not use one another"
            where: Node | Span = network.text.root
            problems.add(where, "RF009", "blocks, scopes or lists are nested deeper than rf can follow", help)
            return None


def _unhelped() -> Problems:
    """Problems of which rows have the messages only."""
    problems = Problems()
    problems.helps = False
    return problems


def read(loading: pipeline.Loading, placed: pipeline.Placed, data: bytes | None) -> Description | Model:
    """A network to be varied, of which `loading` has read the document; `data` are the bytes that it is from. Raises
    `DescriptionError` for a description that is wrong whatever is set, and `CallError`."""
    document, label, path = placed
    if loading.models:
        assert data is not None, "what is read as a model is kept"
        return Model(data, label, loading.limits, loading.settings)
    text = loading.prepared(document, label, path)
    if loading.models:
        raise CallError(f"{label}: it extends a foreign model: write that as a description with rf import before")
    return Description(text.replaced(settings={}), text.settings)
