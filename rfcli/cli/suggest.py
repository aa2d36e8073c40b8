"""`rf suggest`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.answers import Answers, refuse_folder
from rfcli.cli.declarations import Argument, Command, Option, Shared, UsageError
from rfcli.cli.networks import loaded
from rfcli.cli.output import write
from rfcli.cli.session import Session
from rfcli.diagnostics import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.suggest.suggestions import Suggestions

NOTHING = "nothing"


def run(
    network: str,
    at_least: int | None,
    at_most: int | None,
    layer: str | None,
    max_flops: str | None,
    max_params: str | None,
    keep: str | None,
    moves: str | None,
    top: int | None,
    number: int | None,
    from_nothing: str,
    format: str,
    output: str | None,
    input_size: tuple[str, ...],
    shared: Shared,
) -> int:
    """Prints changes of a description that reach a field, or writes one."""
    _refuse_unclear(network, at_least, at_most, from_nothing)
    session = Session(shared)
    sizes = options.input_sizes(input_size)
    if from_nothing != NOTHING:
        return _first(session, from_nothing, at_least, output)
    if number is not None:
        refuse_folder(network, "--write")
    from rfcli.api.reach import suggestions
    from rfcli.render.suggestions import render

    status, answers = 0, Answers(session, network, output)
    for shown, architecture in loaded(session, [network], input_size=sizes):
        with answers.kept(shown):
            found = suggestions(
                architecture, at_least=at_least, at_most=at_most, layer=layer, max_flops=max_flops,
                max_params=max_params, keep=_words("--keep", keep), moves=_words("--moves", moves),
                top=max(8 if top is None else top, number or 0), input_size=sizes, settings=session.settings,
            )  # fmt: skip
            session.fine(shown)
            if number is not None:
                write([_chosen(found, number)], output)
                session.say(f"{shown}: {found.suggestions[number - 1].change}")
                if architecture.about.get("expect"):
                    session.say(f"{shown}: its expect still states the old numbers; 'rf check' says which differ")
            else:
                answers.add(shown, render(found, format, session.style(output)))
            status = max(status, 1 if found.nearest is not None else 0)
    answers.write()
    return session.ended() or status


def _refuse_unclear(network: str, at_least: int | None, at_most: int | None, from_nothing: str) -> None:
    """Raises `UsageError` where it is not said which field is wanted, or of what."""
    if at_least is None and at_most is None:
        raise UsageError("say which field: --at-least N, --at-most N, or both")
    if at_least is not None and at_most is not None and at_least > at_most:
        raise UsageError(f"--at-least {at_least} is more than --at-most {at_most}")
    if bool(network) == (from_nothing != NOTHING):
        raise UsageError("give a network, or --from-nothing chain, tcn, patchgan or unet")


def _words(flag: str, text: str | None) -> tuple[str, ...]:
    """The words of an option. Raises `UsageError` where there is none."""
    found = () if text is None else tuple(word.strip() for word in text.split(",") if word.strip())
    if text is not None and not found:
        raise UsageError(f"{flag} takes words, with commas between them; is '{text}'")
    return found


def _chosen(found: Suggestions, number: int) -> str:
    """The text of a suggestion. Raises `UsageError` where there is none of that number."""
    if not 1 <= number <= len(found.suggestions):
        raise UsageError(f"--write {number}: there are {counted(len(found.suggestions), 'suggestion')}")
    return found.suggestions[number - 1].text


def _first(session: Session, kind: str, at_least: int | None, output: str | None) -> int:
    if at_least is None:
        raise UsageError("--from-nothing takes --at-least N, the field that is to be reached")
    from rfcli.api.reach import from_nothing

    with session.kept(kind):
        write([from_nothing(kind, at_least)], output)
    return session.ended()


COMMAND = Command(
    "suggest",
    """Suggest changes of a description that reach a field, each computed exactly.

\b
  rf suggest net.yaml --at-least 101
  rf suggest net.yaml --at-least 101 --max-flops 1.2x --keep stride
  rf suggest net.yaml --at-most 64 --moves narrow,cut
  rf suggest net.yaml --at-least 101 --write 2 -o wider.yaml
  rf suggest --from-nothing tcn --at-least 631 -o tcn.yaml

Changes are made in the text, where a person would make them: comments, blocks, parameters and expressions stay. They
are listed with the lines that change, those first that nothing else betters in operations, parameters, samples beyond
what is asked, stride and output size. Nothing is suggested that leaves more gaps than the network has (RF502, RF503).
What is beside the field, accuracy above all, nobody knows before training. Where nothing does, the change that comes
nearest is told, and the exit status is 1.
""",
    run,
    Argument("network", "A description file, a bundled name, or - for standard input.", "[NETWORK]", 0, single=True),
    (
        Option("at_least", ("--at-least",), "The field has at least so many samples.", metavar="N", integer=True),
        Option("at_most", ("--at-most",), "The field has at most so many samples.", metavar="N", integer=True),
        options.LAYER,
        Option("max_flops", ("--max-flops",), "Most operations: 1.2x of now, or 4G.", metavar="N"),
        Option("max_params", ("--max-params",), "Most parameters: 1.2x of now, or 25M.", metavar="N"),
        Option("keep", ("--keep",), "What is to stay: stride, output_size, params, flops.", metavar="WORDS"),
        Option(
            "moves",
            ("--moves",),
            "Only these: atrous, cut, deepen, dilate, kernel, large_depthwise, less, narrow, parameter, pool, shorten, "
            "stride, unstride.",
            metavar="WORDS",
        ),
        Option("top", ("--top",), "How many are listed, 8 when left out.", metavar="K", integer=True),
        Option("number", ("--write",), "Write the description of this suggestion.", metavar="K", integer=True),
        Option(
            "from_nothing", ("--from-nothing",), "Write a first description of this kind.", NOTHING,
            (NOTHING, "chain", "tcn", "patchgan", "unet"),
        ),
        options.FORMAT,
        options.OUTPUT,
        *options.ANSWER,
    ),
)  # fmt: skip
