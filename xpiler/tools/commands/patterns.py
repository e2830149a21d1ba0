"""`xpiler patterns list|add|show|check`: the library of saved, proved patterns."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ACTIONS = {
    "list": "say what is saved",
    "add": "prove the patterns in files and save them",
    "show": "print patterns with what their proofs assume",
    "check": "prove saved patterns again",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler patterns`."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for action, text in ACTIONS.items():
        made = actions.add_parser(action, help=text, description=text)
        made.add_argument("--library", default="", metavar="DIR", help="the folder (default: XPILER_PATTERNS, or your own)")
        made.add_argument("names", nargs="*", metavar="FILE" if action == "add" else "NAME", help="files, or patterns (default: all)")


def execute(arguments: argparse.Namespace) -> int:
    """Does it; 1 where a pattern is refused or is not proved any more."""
    from xpiler.propose.patterns.library import Library

    library = Library.at(arguments.library)
    return {"list": _list, "add": _add, "show": _show, "check": _check}[arguments.action](library, arguments.names)


def _list(library, names: list[str]) -> int:
    for name in library.names():
        entry = library.entry(name)
        helped = f", helped {', '.join(entry.kernels)}" if entry.kernels else ""
        print(f"{name}: {entry.target}, {entry.verdict} for {entry.scope}, from {entry.origin}{helped}")
    return 0


def _add(library, names: list[str]) -> int:
    from xpiler.diagnostics import InvalidInput
    from xpiler.propose.patterns.keeping import keep
    from xpiler.propose.proposal import Kind, Proposal
    from xpiler.translation import read_text

    if not names:
        raise InvalidInput("no file to add", hint="xpiler patterns add FILE.mlir")
    for path in names:
        entry = keep(Proposal(Kind.PATTERN, read_text(path), f"file {Path(path).name}"), folder=str(library.folder))
        print(f"{entry.name}: {entry.verdict} for {entry.scope}")
    return 0


def _show(library, names: list[str]) -> int:
    for name in names or library.names():
        entry = library.entry(name)
        print(f"// {entry.name}: {entry.verdict} for {entry.scope}, from {entry.origin} {entry.prompt}".rstrip())
        for assumption in entry.assumptions:
            print(f"// assuming {assumption}")
        print(entry.text.rstrip())
    return 0


def _check(library, names: list[str]) -> int:
    from xpiler.propose.patterns.keeping import proved
    from xpiler.verify.verdict import Verdict

    lost = 0
    for name in names or library.names():
        _, _, answer = proved(library.entry(name).text)
        print(f"{name}: {answer}", file=sys.stdout if answer.verdict is Verdict.PROVED else sys.stderr)
        lost += answer.verdict is not Verdict.PROVED
    return int(lost > 0)
