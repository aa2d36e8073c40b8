"""The pictures that READMEs show, and the commands beside them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", ROOT / "architectures" / "README.md")
FOLDER = ROOT / "architectures"
FILE = re.compile(r"^```yaml\n(# ([\w.-]+\.yaml)\n.*?)^```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^(?:\$ )?(rf plot .* -o ([\w.]+\.svg))$", re.MULTILINE)
SHOWN = re.compile(r"!\[[^\]]{30,}\]\((?:architectures/)?([\w.]+\.svg)\)")
"""A picture with a text that says what it shows, for those who do not see it."""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
TEXT = re.compile(r"<text[^>]*>([^<]*)</text>|<tspan[^>]*>([^<]*)</tspan>")
PATH = re.compile(r'<path [^>]*?\bd="([^"]*)"', re.DOTALL)


def commands() -> dict[str, str]:
    """Picture -> the command that draws it."""
    return {name: command for path in DOCUMENTS for command, name in COMMAND.findall(path.read_text(encoding="utf-8"))}


def files(folder: Path) -> None:
    """Writes the descriptions that stand beside the commands."""
    for path in DOCUMENTS:
        for text, name in FILE.findall(path.read_text(encoding="utf-8")):
            (folder / name).write_text(text, encoding="utf-8")


def differs(a: str, b: str, most: float = 0.6) -> str:
    """How two SVGs differ: in their texts, in the number of their shapes, or by more than so many points; another
    version of matplotlib may place things a little differently."""
    texts = [[one or other for one, other in TEXT.findall(text)] for text in (a, b)]
    if texts[0] != texts[1]:
        return f"texts: {sorted(set(texts[0]) ^ set(texts[1]))}"
    shapes = [PATH.findall(text) for text in (a, b)]
    if len(shapes[0]) != len(shapes[1]):
        return f"shapes: {len(shapes[0])} and {len(shapes[1])}"
    for one, other in zip(*shapes, strict=True):
        numbers = [list(map(float, NUMBER.findall(shape))) for shape in (one, other)]
        if len(numbers[0]) != len(numbers[1]):
            return f"a shape of {len(numbers[0])} and {len(numbers[1])} numbers"
        far = max((abs(x - y) for x, y in zip(*numbers, strict=True)), default=0.0)
        if far > most:
            return f"a shape is {far} away"
    return ""
