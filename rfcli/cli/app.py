"""The typer application, made from the commands' declarations: help, mistakes, completion."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from rfcli import __version__
from rfcli.cli import completion
from rfcli.cli.declarations import COMMANDS, GROUPS, SETTLED, SUMMARIES, Argument, Command, Option, Usual, command
from rfcli.cli.settling import called

if TYPE_CHECKING:
    from rfcli.cli.completion import Complete

LIMIT = 66
"""Characters of what is said of a command in a line of 80."""
HELP = """What part of the input can each feature of a convolutional network see: exactly, from a description.

\b
  rf compute resnet_v1_50          a bundled network
  rf compute net.yaml -f json      a description of your own, as data
  rf validate nets/                every description of a folder
  rf compute model.onnx            a model of ONNX, Keras, PyTorch (.pt2),
                                   TensorFlow Lite, YOLO, Darknet, Caffe ...
  rf compute torch:model.py:Net --example 1x3x224x224      live PyTorch code
  rf help compute                  what a command does, with examples
  rf help Conv2d                   what a word is called here
"""


def read(words: list[str]) -> int:
    """Reads a command line with typer and returns the exit status. The command itself runs after typer has returned, as
    typer answers interrupts and closed pipes in its own way."""
    calls: list[Callable[[], int]] = []
    try:
        build(calls)(args=words, prog_name="rf")
    except SystemExit as stop:
        if not calls:
            return stop.code if isinstance(stop.code, int) else 0
    return calls[0]() if calls else 0


def build(calls: list[Callable[[], int]]) -> typer.Typer:
    """The application with all commands; the one that is asked for is added to `calls`."""
    app = typer.Typer(
        cls=Grouped, help=HELP, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False,
        add_completion=True, context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    app.callback()(_root)
    for name in COMMANDS:
        declared = command(name)
        short = SUMMARIES.get(name)
        app.command(name, help=declared.help, short_help=short, no_args_is_help=False)(_function(declared, calls))
    return app


class Grouped(TyperGroup):
    """Commands below the headings of `GROUPS`."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        left = dict.fromkeys(self.list_commands(ctx))
        placed = {name for names in GROUPS.values() for name in names}
        *_, last = GROUPS
        for heading, names in GROUPS.items():
            here = [*names, *(name for name in left if heading == last and name not in placed)]
            shown = [(name, self.commands[name]) for name in here if name in left]
            with formatter.section(heading):
                formatter.write_dl([(name, one.get_short_help_str(LIMIT)) for name, one in shown])


def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    if version:
        typer.echo(f"rf {__version__}")
        raise typer.Exit


_root.__doc__ = HELP


def _function(declared: Command, calls: list[Callable[[], int]]) -> Any:
    """A function with the signature that typer reads."""

    def call(ctx: typer.Context, **values: Any) -> None:
        plain = {name: _plain(value) for name, value in values.items()}
        for name in SETTLED:
            source = ctx.get_parameter_source(name)
            if type(plain.get(name)) is str and source is not None and source.name == "DEFAULT":
                plain[name] = Usual(plain[name])
        calls.append(lambda: called(declared, plain))

    parameters = [_option(option) for option in declared.options]
    parameters[:0] = map(_argument, declared.arguments)
    context = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
    parameters.insert(0, context)
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    call.__name__ = declared.name
    return call


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return tuple(value) if isinstance(value, list) else value


def _choice(name: str, choices: tuple[str, ...]) -> Any:
    return Enum(name.title(), {word: word for word in choices}, type=str)


def _option(option: Option) -> inspect.Parameter:
    kind: Any = int if option.integer else str
    default: Any = option.default
    if option.choices:
        kind = _choice(option.name, option.choices)
        default = kind(default)
    if option.flag:
        kind = bool
    elif option.repeatable:
        kind, default = list[kind], []
    elif default is None:
        kind = kind | None
    extra: dict[str, Any] = {"metavar": option.metavar} if option.metavar else {}
    if option.integer:
        extra["parser"] = option.number
    info = typer.Option(
        *option.flags,
        help=option.help,
        show_default=bool(option.choices),
        autocompletion=_completing(completion.OPTIONS.get(option.name)),
        **extra,
    )
    return inspect.Parameter(
        option.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info]
    )


def _argument(argument: Argument) -> inspect.Parameter:
    kind: Any = _choice(argument.name, argument.choices) if argument.choices else str
    default: Any = inspect.Parameter.empty
    if argument.single:
        if not argument.minimum:
            default = kind(argument.default)
    else:
        kind = list[kind]
        if not argument.minimum:
            default = []
    complete = _completing(completion.ARGUMENTS.get(argument.name))
    info = typer.Argument(help=argument.help, metavar=argument.metavar, show_default=False, autocompletion=complete)
    return inspect.Parameter(
        argument.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, info]
    )


def _completing(complete: Complete | None) -> Callable[[typer.Context, str], list[str]] | None:
    """A function that typer asks what may follow."""
    if complete is None:
        return None

    def found(ctx: typer.Context, incomplete: str) -> list[str]:
        words = ctx.params.get("networks") or ctx.params.get("network") or ctx.args
        return list(complete([words] if isinstance(words, str) else list(words), incomplete))

    return found
