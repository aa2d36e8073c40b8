"""What is wrong with a description, as values: a position, a code, a message and, where known, the mend."""

from __future__ import annotations

from rfcli.values import Value, astuple

CODES = {
    "RF001": "the file cannot be read",
    "RF002": "the text is not UTF-8, or holds a character that is not allowed",
    "RF003": "the text is not well-formed YAML or JSON",
    "RF004": "a key is given twice in one mapping",
    "RF005": "a key is not a string",
    "RF006": "an explicit tag other than YAML's core ones",
    "RF007": "more than one YAML document in a file",
    "RF008": "the file is empty",
    "RF009": "a limit is exceeded",
    "RF010": "an alias without an anchor, or one inside its own anchor",
    "RF011": "a number that is not finite, or has too many digits",
    "RF012": "a foreign model that cannot be read",
    "RF101": "an unknown key",
    "RF102": "a required key is missing",
    "RF103": "a value of the wrong type or outside its range",
    "RF104": "an unknown layer type",
    "RF105": "not a format-1 architecture description",
    "RF106": "keys that exclude each other",
    "RF201": "a reference to a layer that does not exist",
    "RF202": "a name that is taken",
    "RF203": "layers that feed each other in a circle",
    "RF204": "an unknown block",
    "RF205": "an unknown parameter",
    "RF206": "a parameter without a value",
    "RF207": "an expression that cannot be evaluated",
    "RF208": "an expression whose value does not fit its place",
    "RF209": "a layer lacks a parameter that neither it nor the defaults give",
    "RF210": "the description that `extends` names cannot be used",
    "RF211": "a name with characters that names may not hold",
    "RF212": "a layer that takes one input is given several, or none",
    "RF301": "values that do not fit the number of axes",
    "RF302": "a merge of maps of different sizes",
    "RF303": "a merge of paths of different strides",
    "RF304": "a merge of maps of different channels",
    "RF305": "a map that would be empty: the kernel is larger than the padded input",
    "RF306": "channels that do not fit the layer",
    "RF307": "a size that does not fit the layer",
    "RF308": "parameters that contradict each other",
    "RF401": "a receptive field that is not as expected: size, stride, padding, center, lookback or lookahead",
    "RF402": "an output that is not as expected: size or channels",
    "RF403": "a cost that is not as expected: params, macs or flops",
    "RF404": "a property that is not as expected: aligned, uniform or global",
    "RF405": "paths or coverage that are not as expected",
    "RF406": "an expectation about a number that cannot be known",
    "RF407": "a halo of a bioimage.io output that is smaller than its network needs",
    "RF408": "a size of a bioimage.io output that is not its network's: scale, offset or shape",
    "RF409": "a size of a bioimage.io input that its network does not take: shape, min or step",
    "RF410": "a bioimage.io model that cannot be held against its network",
    "RF501": "a merge of paths whose centers differ",
    "RF502": "input positions that no output reads",
    "RF503": "a stack of dilated convolutions that leaves gaps",
    "RF504": "a transposed convolution whose kernel its stride does not divide",
    "RF505": "layers that can no longer widen what they see at this input size",
    "RF506": "an output that sees less than the input",
    "RF507": "an output that sees less than the objects' size",
    "RF508": "an output that sees less than the largest displacement",
    "RF509": "a map that is shifted against the input",
    "RF510": "a layer that reads mostly padding",
    "RF511": "outputs that read nothing but padding",
    "RF512": "a layer or input that no output uses",
    "RF513": "a counter of repetitions that may be meant for an outer one",
    "RF514": "copies of a repeated item that lead nowhere",
    "RF515": "a merge that takes one input",
    "RF516": "an input of other axes than may be meant",
    "RF517": "a nearest resize that does not say where its samples lie",
    "RF518": "a parameter that nothing uses",
    "RF519": "a counter of repetitions that is used as if it began with 0",
    "RF520": "an upsampling to a size that is smaller than its input",
    "RF521": "copies of a residual of which each takes a stride",
    "RF522": "a recurrent layer of several axes that does not say along which it runs",
    "RF601": "a layer that cannot be exported to the target",
}
"""Every diagnostic code with its one-line meaning. Families: RF0xx reading, RF1xx schema, RF2xx names,
parameters and expansion, RF3xx geometry, RF4xx expectations, RF5xx design rules, RF6xx export."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

NO_HELP = ""


class Span(Value):
    """A place in a file; `line` and `column` count from 1, in characters."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class Mend(Value):
    """An edit of the text that mends a problem, as far as can be told without the text: what goes, and what comes.

    `what` is "word" (`old`, at the problem's place or in the value that starts there), "value" (what starts there),
    "pair" (the key that starts there, with its value; nothing comes where `new` is empty), "around" (the layer in whose
    text the place is, for one or several) or "input" (the size of the only input: each of `new` mends it, as 32x48);
    the others are told where they are made. What comes is written as the file is: as YAML in one line, or as JSON.
    """

    what: str
    new: tuple[str, ...] = ()
    old: str = ""


class Said(Value):
    """A help with the edit that it tells of."""

    text: str
    mend: Mend | None = None


class Diagnostic(Value):
    """One problem: where it is, what it is (`code`, an entry of `CODES`), and what would mend it."""

    span: Span
    code: str
    message: str
    help: str = NO_HELP
    excerpt: str = ""
    """The line of the text with a caret below it, of what is no YAML or JSON."""
    mend: Mend | None = None
    """The help as an edit, where it is one."""

    def __str__(self) -> str:
        text = f"{printable(str(self.span))}: {self.code} {printable(self.message)}"
        shown = "".join(f"\n  {printable(line)}" for line in self.excerpt.splitlines())
        return text + shown + (f"\n  help: {printable(self.help)}" if self.help else "")


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics sorted by position, each once."""
    distinct = {(*astuple(one.span), one.code, one.message): one for one in diagnostics}
    return tuple(distinct[key] for key in sorted(distinct))


class DescriptionError(Exception):
    """A description with problems; `diagnostics` holds all of them, sorted by position."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        self.diagnostics = in_order(diagnostics)
        super().__init__("\n".join(map(str, self.diagnostics[:100])))

    def __reduce__(self) -> tuple[object, ...]:
        return DescriptionError, (list(self.diagnostics),)


class CallError(ValueError):
    """A call that makes no sense for the description, or cannot be answered; the message is for people. `argument` is
    the one that does not fit, where it is one: the command line calls it otherwise."""

    def __init__(self, message: str, argument: str = "") -> None:
        super().__init__(message)
        self.argument = argument


def unfit(argument: str, why: str) -> CallError:
    """An error that names the argument that does not fit."""
    return CallError(f"{argument}: {why}", argument)


class NoLayer(CallError, KeyError):
    """A name that no layer of a network has."""

    def __str__(self) -> str:
        return str(self.args[0])


def printable(text: str) -> str:
    """`text` with control characters, surrogates and bidirectional overrides escaped: safe for any terminal."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == " " else c.encode("unicode_escape").decode("ascii") for c in text)


MOST_SAID = 200
"""Characters of an exception's message that are passed on."""


def message_of(error: BaseException, most: int = MOST_SAID) -> str:
    """The first line of what an exception of other people's code says; "" where that is nothing."""
    try:
        lines = str(error).splitlines()
    except Exception:  # whatever code of others raises as it says what is wrong
        return ""
    first = next((line.strip() for line in lines if line.strip()), "")
    return first if len(first) <= most else f"{first[:most]}..."


def said_by(error: BaseException) -> str:
    """What an exception of other people's code says, in one line; its kind where that is nothing."""
    return message_of(error) or type(error).__name__


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: 1 rule, 2 rules; 1 axis, 2 axes."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


MAX_KNOWN = 2000
"""Known words among which the nearest one is looked for."""

MAX_WORD = 64
"""Characters of a word that are compared."""


PAIR = 16
"""What it costs to compare two words, beside the pairs of their characters."""


class Near(Value):
    """A help that is worked out when asked for, as that takes time: the known word nearest to `word`, or all when few.

    `otherwise` is the help where there is neither. `known` is not gone through before.
    """

    word: str
    known: Iterable[str]
    otherwise: str = NO_HELP

    def worked_out(self, most: int) -> tuple[Said, int]:
        """The help, and its cost: pairs of characters that were compared, at most about `most`."""
        nearest, known, cost = self.nearest(most)
        if nearest:
            return Said(f"did you mean '{nearest}'?", Mend("word", (nearest,), self.word)), cost
        if 0 < len(known) <= 12:
            return Said("known here: " + ", ".join(known)), cost
        return Said(self.otherwise), cost

    def nearest(self, most: int) -> tuple[str, list[str], int]:
        """The nearest word, "" where none is near; the known words; the cost, at most about `most`."""
        from itertools import islice

        word, known = self.word[:MAX_WORD], list(islice(self.known, MAX_KNOWN))
        cost, compared, long, ending = len(known), [], len(word), f"/{word}"
        inside = next((one for one in known if one.endswith(ending)), None) if word else None
        if inside is not None:
            return inside, known, cost
        for one in known:
            if cost > most:
                break
            if 3 * long <= 7 * len(one) and 3 * len(one) <= 7 * long:  # others cannot be alike enough
                cost += PAIR + long * len(one)
                compared.append(one)
        alike, near = _closest(word, compared)
        if near and alike < 0.8:
            # Convolution is conv in full, whatever it looks more like.
            near = max((one for one in known if len(one) > 3 and word.startswith(one)), key=len, default=near)
        return near, known, cost

    @property
    def text(self) -> str:
        """The help, for one answer to a call."""
        return self.worked_out(MAX_COMPARED)[0].text


ALIKE = 0.6
"""How much two words are alike at least of which one may be meant by the other, by `difflib`."""


def _closest(word: str, words: Iterable[str]) -> tuple[float, str]:
    """Of some words that which is most like another, and how much, as `difflib.get_close_matches` finds it; "" where
    none is near. One that cannot be more alike than what is found so far is not looked at closely."""
    from difflib import SequenceMatcher

    matcher, best = SequenceMatcher(), (ALIKE, "")
    matcher.set_seq2(word)
    for one in words:
        matcher.set_seq1(one)
        if matcher.real_quick_ratio() >= best[0] and matcher.quick_ratio() >= best[0]:
            best = max(best, (matcher.ratio(), one))
    return best


MAX_COMPARED = 4_000_000
"""Pairs of characters that the helps of one description compare in all: a second of work for the worst of names."""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that may be meant by `word`; "" where none is near."""
    return Near(word, known).nearest(MAX_COMPARED)[0]


def did_you_mean(word: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """A help that names the known word nearest to `word`; where none is near `otherwise`, or when that is left out all
    of them where they are few. For one answer to a call: problems, of which there may be many, take a `Near`."""
    if otherwise is None:
        return Near(word, known).text
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else otherwise
