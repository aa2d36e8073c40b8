"""`rf help`."""

from __future__ import annotations

from rfcli.cli.declarations import COMMANDS, Argument, Command, UsageError
from rfcli.cli.output import terminal_width, write
from rfcli.diagnostics import CODES, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.description.topics import Topic

WIDEST = 80
"""Characters of a line of text, on wider terminals too."""


def run(topic: str) -> int:
    """Prints the help of a command, the manual of a code, or what a word of descriptions means. Raises `UsageError`."""
    from rfcli.cli.app import read

    if not topic or topic in COMMANDS:
        return read([topic, "--help"] if topic else ["--help"])
    if topic.upper() in CODES:
        return read(["rules", topic.upper()])
    from rfcli.description.topics import topics, words
    from rfcli.render.columns import COLUMNS

    found = [*topics(topic), *_column(topic)]
    if not found:
        takes = "it takes a command, a layer type, a key, or a code such as RF501"
        near = did_you_mean(topic, (*COMMANDS, *words(), *COLUMNS), takes)
        raise UsageError(f"there is no help about '{topic}'; {near}")
    width = terminal_width(None)
    write(_told(found, width and min(width, WIDEST)), None)
    return 0


def _told(topics: list[Topic], width: int | None) -> Iterator[str]:
    from rfcli.render.grid import wrapped

    for at, one in enumerate(topics):
        text = one.text if one.text.startswith(one.title) else f"{one.title}: {one.text}"
        yield ("\n" if at and (one.rows or topics[at - 1].rows) else "") + "\n".join(wrapped(text, width, "  ")) + "\n"
        if one.rows:
            yield "\n"
        longest = max((len(row.name) for row in one.rows), default=0)
        for row in one.rows:
            doc = f"{row.doc} ({row.default})" if row.default else row.doc
            line = f"  {row.name.ljust(longest)}  {doc}"
            yield "\n".join(wrapped(line, width, " " * (longest + 4))) + "\n"
        if one.elsewhere:
            yield "\n" + "\n".join(wrapped(f"elsewhere: {one.elsewhere}", width, "  ")) + "\n"
        if one.example:
            lines = "\n".join(f"  {line}" for line in one.example.splitlines())
            yield f"\nfor example:\n\n{lines}\n"


def _column(word: str) -> Iterator[Topic]:
    """What a column of tables says, which is a key of the JSON output too."""
    from rfcli.description.topics import Topic
    from rfcli.render.columns import COLUMNS

    if word in COLUMNS:
        one = COLUMNS[word]
        unit = f", in {one.unit}" if one.unit and not one.meaning.startswith(one.unit) else ""
        said = f"{word}, a column of 'rf compute --columns': {one.meaning}{unit}"
        yield Topic(word, said)


COMMAND = Command(
    "help",
    """Tell what a command does, or what a word of a description means.

\b
  rf help compute         a command, as rf compute --help
  rf help conv            a layer type: what it does, its parameters
  rf help Conv2d          what PyTorch's Conv2d is called here
  rf help in_channels     what to do about a key of other tools
  rf help padding         a key, of each layer that has it
  rf help expression      $name and $(...), with a block and its use
  rf help lookback        a column of the table
  rf help RF302           a problem that rf tells
""",
    run,
    Argument("topic", "A command, a layer type, a key, a code; a word of another tool.", "[TOPIC]", 0, True),
    (),
)
