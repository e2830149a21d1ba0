"""Completion scripts for bash, zsh and fish.

Every command is a list of contexts (the command itself, and each of its subcommands), a context a list of options with
the words that may follow each. The scripts hold nothing but these words, so that completing starts no Python.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """An option's spellings, its help, and the words it takes: None for a flag, empty for a file or free text."""

    names: tuple[str, ...]
    text: str
    words: tuple[str, ...] | None


@dataclass(frozen=True)
class Context:
    """A command, or a subcommand of it: the options, and the words that may stand first."""

    command: str
    subcommand: str
    options: tuple[Option, ...]
    first: tuple[str, ...] = ()


def commands() -> list[Context]:
    """The contexts of `xpiler`, `xpiler-opt` (passes are flags there) and `xpiler-translate`."""
    from xpiler.passes import pass_names
    from xpiler.tools import xpiler, xpiler_opt, xpiler_translate

    found = [*contexts(xpiler.parser()), *contexts(xpiler_translate.parser())]
    opt = next(iter(contexts(xpiler_opt.parser())))
    passes = tuple(Option((f"--{name}",), "a pass", None) for name in pass_names())
    return [*found, Context(opt.command, "", (*opt.options, *passes))]


def contexts(parser: argparse.ArgumentParser) -> Iterable[Context]:
    """A parser's own context, then those of its subcommands."""
    nested = next((a for a in parser._actions if isinstance(a, argparse._SubParsersAction)), None)
    command, _, subcommand = parser.prog.partition(" ")
    first = tuple(nested.choices) if nested else ()
    yield Context(command, subcommand, tuple(map(_option, (a for a in parser._actions if a.option_strings))), first)
    for inner in nested.choices.values() if nested else ():
        yield from contexts(inner)


def _option(action: argparse.Action) -> Option:
    words = None if action.nargs == 0 else tuple(map(str, action.choices or ()))
    return Option(tuple(action.option_strings), action.help or "", words)


def bash(found: list[Context]) -> str:
    """A function for `complete -F`: words of the option before, else the context's options and first words, else files."""
    return "\n".join(_bash_function(name, [c for c in found if c.command == name]) for name in _names(found))


def _names(found: list[Context]) -> list[str]:
    return list(dict.fromkeys(context.command for context in found))


def _bash_function(name: str, found: list[Context]) -> str:
    function = "_" + name.replace("-", "_")
    cases = "\n".join(f"    {c.subcommand}) {_bash_words(c)} ;;" for c in found if c.subcommand) or "    '') ;;"
    return f"""{function}() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD - 1]}}" words
  {_bash_words(found[0])}
  [ "$COMP_CWORD" -gt 1 ] && case "${{COMP_WORDS[1]}}" in
{cases}
  esac
  [ "$words" = "-" ] && words=""
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F {function} {name}
"""


def _bash_words(context: Context) -> str:
    names = " ".join((*context.first, *(name for option in context.options for name in option.names)))
    valued = [option for option in context.options if option.words is not None]
    cases = " ".join(f"{'|'.join(option.names)}) words={_quoted(' '.join(option.words or ('-',)))} ;;" for option in valued)
    return f"""case "$previous" in {cases} *) words={_quoted(names)} ;; esac"""


def zsh(found: list[Context]) -> str:
    """The bash functions, through zsh's own adapter."""
    return "autoload -U +X bashcompinit && bashcompinit\n" + bash(found)


def fish(found: list[Context]) -> str:
    """One `complete` line for each option and subcommand."""
    return "".join(f"{line}\n" for context in found for line in _fish_lines(context))


def _fish_lines(context: Context) -> Iterable[str]:
    start = f"complete -c {context.command}"
    if context.subcommand:
        start += f" -n '__fish_seen_subcommand_from {context.subcommand}'"
    elif context.first:
        start += " -n __fish_use_subcommand"
        yield f"{start} -f -a {_quoted(' '.join(context.first))}"
    for option in context.options:
        yield f"{start} {_fish_option(option)} -d {_quoted(option.text)}"


def _fish_option(option: Option) -> str:
    parts = [_fish_name(name) for name in option.names]
    if option.words is not None:
        parts.append(f"-x -a {_quoted(' '.join(option.words))}" if option.words else "-r")
    return " ".join(parts)


def _fish_name(name: str) -> str:
    if name.startswith("--"):
        return f"-l {name[2:]}"
    return f"-s {name[1:]}" if len(name) == 2 else f"-o {name[1:]}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


SHELLS: dict[str, Callable[[list[Context]], str]] = {"bash": bash, "zsh": zsh, "fish": fish}
