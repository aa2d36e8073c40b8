"""`rf check`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option, Shared, UsageError
from rfcli.cli.networks import loaded
from rfcli.cli.output import write
from rfcli.cli.session import Session
from rfcli.cli.settling import at, place
from rfcli.diagnostics import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli import Architecture, Checked
    from rfcli.bioimage.judged import Judged


def run(
    networks: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    layer: tuple[str, ...],
    object_size: int | None,
    displacement: int | None,
    input_size: tuple[str, ...],
    skip_others: bool,
    force_exclude: bool,
    network: str | None,
    fix: bool,
    output: str | None,
    shared: Shared,
    **bounds: int | None,
) -> int:
    """Holds descriptions against what they promise and against the design rules. `bounds` are the other options:
    min_size, max_size, max_stride, max_lookback and so on."""
    session = Session(shared)
    sizes = options.input_sizes(input_size)
    expected = _expected(bounds)
    if layer and not expected:
        raise UsageError("--layer says where a bound holds: add --min-size, --max-size, --max-stride or another bound")
    from rfcli.api.judging import check

    selected, ignored = _codes("--select", select), _codes("--ignore", ignore)
    resources = () if skip_others else tuple(name for name in networks if _is_resource(name))
    expectations, rules = _resources(session, resources, network, fix, (selected, ignored)), 0
    networks = tuple(name for name in networks if name not in resources)
    for shown, architecture in loaded(session, networks, skip_others, force_exclude, True, sizes) if networks else ():
        path = place("-" if shown == session.stdin_name else shown, session.stdin_name)
        settled = at(session.finder, path)
        with session.kept(shown):
            checked = check(
                architecture,
                select=selected,
                ignore=ignored,
                input_size=sizes,
                object_size=object_size or settled.object_size,
                displacement=displacement or settled.displacement,
                usual={"select": settled.select, "ignore": settled.ignored(path)},
                layers=layer,
                expected=expected,
            )
            expectations += checked.expectations
            rules = max(rules, checked.rules)
            session.failed(shown, checked.diagnostics)
            _remark(session, shown, checked)
    return session.judged(output, _summary(session, expectations, rules))


def _resources(
    session: Session, names: tuple[str, ...], network: str | None, fix: bool, words: tuple[list[str], list[str]]
) -> int:
    """Holds models of bioimage.io against the network that is given, or the one that each states; returns how many
    numbers were looked at. Raises `UsageError`."""
    if (network or fix) and not names:
        flag = f"--network {network[:200]}" if network else "--fix"
        raise UsageError(f"{flag}: it is for models of bioimage.io alone, as in rf check rdf.yaml")
    against = next((found for _, found in loaded(session, [network])), None) if network else None
    if network and against is None:
        return 0
    return sum(_resource(session, name, against, fix, words) for name in names)


def _is_resource(name: str) -> bool:
    """Whether a file is a model of bioimage.io."""
    if not name.endswith((".yaml", ".yml")):
        return False
    from rfcli.bioimage import is_resource
    from rfcli.description.source import HEAD, is_special

    try:
        if is_special(name):
            return False
        with open(name, "rb") as stream:
            return is_resource(stream.read(HEAD))
    except OSError:
        return False


def _resource(
    session: Session, name: str, network: Architecture | None, fix: bool, words: tuple[list[str], list[str]]
) -> int:
    """Holds a model of bioimage.io against its network, and writes the halos that are too small where that is wished;
    returns how many numbers were looked at."""
    from rfcli.bioimage.judged import check_bioimage

    with session.kept(name):
        try:
            found = check_bioimage(name, network=network, limits=session.limits)
            if fix and _halos_written(session, name, found):
                found = check_bioimage(name, network=network, limits=session.limits)
        except OSError as error:
            session.unread(name, getattr(error, "why", "") or error.strerror or str(error))
            return 0
        asked = _asked(session, name, words)
        told = tuple(one for one in found.diagnostics if one.code in asked or not one.code.startswith("RF4"))
        session.failed(name, told)
        for remark in found.remarks:
            session.say(f"{name}: {remark}")
        for output, axes in found.halos.items() if session.verbose else ():
            for axis, need in axes.items():
                said = f"{need.before} at the start and {need.after} at the end"
                session.say(f"{name}: output '{output}' along {axis} needs a halo of {said}")
        return found.looked_at
    return 0


def _asked(session: Session, name: str, words: tuple[list[str], list[str]]) -> set[str]:
    """Codes of the numbers of a model that are told: those that the call and the project ask for."""
    from rfcli.checks._run import Demands, expected_of_others

    settled = at(session.finder, place(name, session.stdin_name))
    selected, ignored = words
    usual_select, usual_ignore = tuple(settled.select), tuple(settled.ignored(name))
    return expected_of_others(
        Demands(tuple(selected), tuple(ignored), usual_select=usual_select, usual_ignore=usual_ignore)
    )


def _halos_written(session: Session, name: str, found: Judged) -> bool:
    """Writes the halos that are too small; False where there are none."""
    with open(name, encoding="utf-8", newline="") as stream:
        before = stream.read()
    if not found.small or found.text == before:
        return False
    write([found.text], name)
    session.say(f"{name}: {counted(found.small, 'halo')} written")
    return True


def _remark(session: Session, shown: str, checked: Checked) -> None:
    """What a check says beside problems."""
    if not checked.finished:
        session.say(f"{shown}: too large to look at every sample: RF502, RF503 and RF511 may have missed something")
    if session.verbose and not checked.diagnostics:
        met, kept = counted(checked.expectations, "expectation"), counted(checked.rules, "rule")
        session.say(f"{shown}: {met} met, {kept} kept")


def _codes(flag: str, given: tuple[str, ...]) -> list[str]:
    """The codes that an option names. Raises `UsageError` where it names none, or one that there is not."""
    from rfcli.checks._registry import UnknownRule, named

    found = [[word.strip() for word in words.split(",") if word.strip()] for words in given]
    if not all(found):
        raise UsageError(f"{flag} takes codes, RF501,RF4; is '{given[found.index([])]}'")
    codes = [word for words in found for word in words]
    try:
        named(codes)
    except UnknownRule as error:
        near = _meant(given) or error.help.text or "'rf rules' lists them"
        raise UsageError(f"{flag}: {error}; {near}") from None
    return codes


def _meant(given: tuple[str, ...]) -> str:
    """The codes as they are to be written, where they stand in small letters or with blanks between them."""
    from rfcli.checks._registry import UnknownRule, named

    codes = " ".join(given).upper().replace(",", " ").replace(";", " ").split()
    try:
        named(codes)
    except UnknownRule:
        return ""
    return f"did you mean {','.join(codes)}?"


def _expected(given: dict[str, int | None]) -> dict[str, dict[str, int]]:
    """Bounds of the call as an entry of `expect` has them."""
    found: dict[str, dict[str, int]] = {}
    for name, value in given.items():
        if value is not None:
            end, _, key = name.partition("_")
            found.setdefault(key, {})[end] = value
    return found


def _summary(session: Session, expectations: int, rules: int) -> str:
    total = counted(len(session.outcomes), "description")
    looked_at = f"{counted(expectations, 'expectation')} and {counted(rules, 'rule')}"
    if session.wrong:
        against = f", checked against {looked_at}" if expectations or rules else ""
        return f"{session.wrong} of {total} failed: {counted(session.problems, 'problem')}{against}"
    return f"{total} passed: {looked_at}"


COMMAND = Command(
    "check",
    """Check what descriptions promise (expect) and how they are designed (rules).

\b
  rf check architectures/
  rf check net.yaml --min-size 224 --layer block4  without an expect
  rf check net.yaml --max-lookahead 0              is it causal?
  rf check net.yaml --select ALL --ignore RF509    other rules
  rf check net.yaml --object-size 64               do outputs see 64 samples?
  rf check rdf.yaml --fix                          of bioimage.io: its halos

Prints path:line:column: code message for every miss and finding. 'rf rules' lists the rules; a description selects its
own with check: {select: [...], ignore: [...]}. The exit status is 1 when something is wrong, 2 when a file cannot be
read.
""",
    run,
    options.NETWORKS,
    (
        Option(
            "select", ("--select",), "Check only these: RF501, RF5 (all rules), RF4 (what is expected), ALL.", (),
            metavar="CODES",
        ),
        Option("ignore", ("--ignore",), "Leave out these, named as for --select.", (), metavar="CODES"),
        Option("layer", ("--layer",), "Where the bounds hold; the outputs when left out.", (), metavar="NAME"),
        Option("min_size", ("--min-size",), "Least size of the field.", metavar="N", integer=True, least=1),
        Option("max_size", ("--max-size",), "Largest size of the field.", metavar="N", integer=True, least=1),
        Option("max_stride", ("--max-stride",), "Largest effective stride.", metavar="N", integer=True, least=1),
        Option(
            "max_lookback", ("--max-lookback",), "Most samples before where an output stands.", metavar="N",
            integer=True,
        ),
        Option(
            "max_lookahead", ("--max-lookahead",), "Most samples after where an output stands: 0 is causal.",
            metavar="N", integer=True,
        ),
        Option(
            "max_params", ("--max-params",), "Most parameters of the network or layer: 25.6M.", metavar="N",
            scaled=True,
        ),
        Option("max_flops", ("--max-flops",), "Most operations of the network or layer: 4G.", metavar="N", scaled=True),
        Option(
            "object_size", ("--object-size",), "Size of the objects that the outputs must see.", metavar="N",
            integer=True, least=1,
        ),
        Option(
            "displacement", ("--displacement",), "Largest motion that the outputs must see.", metavar="N",
            integer=True, least=1,
        ),
        Option(
            "network", ("--network",), "The network of an rdf.yaml, where rf cannot read its weights; also live code.",
            metavar="NET",
        ),
        Option("fix", ("--fix",), "Write the halos of an rdf.yaml that are too small.", False),
        options.INPUT_SIZE,
        options.SKIP_OTHERS,
        options.FORCE_EXCLUDE,
        options.OUTPUT,
        *options.READING,
        *options.SPEAKING,
    ),
)  # fmt: skip
