"""`xpiler completion SHELL`: a script that completes the options of every command, made from their parsers."""

from __future__ import annotations

import argparse

from xpiler.tools import completion

DESCRIPTION = 'Prints a completion script. bash: eval "$(xpiler completion bash)"; zsh likewise; fish: xpiler completion fish | source'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler completion`."""
    parser.add_argument("shell", choices=tuple(completion.SHELLS), metavar="SHELL", help=", ".join(completion.SHELLS))


def execute(arguments: argparse.Namespace) -> int:
    """Prints the script."""
    print(completion.SHELLS[arguments.shell](completion.commands()), end="")
    return 0
