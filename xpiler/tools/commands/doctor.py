"""`xpiler doctor`: what is on this machine, which version, what for, and how to get the rest."""

from __future__ import annotations

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler doctor`."""
    parser.add_argument("--json", action="store_true", help="print as JSON")


def execute(arguments: argparse.Namespace) -> int:
    """Lists every tool; always 0, since nothing but Python and a C++ compiler is required."""
    from xpiler.doctor import inspect

    rows = inspect()
    if arguments.json:
        print(json.dumps([row.__dict__ for row in rows], indent=2))
        return 0
    for row in rows:
        state = row.version or "not found"
        print(f"{row.name:<14} {state}\n{'':<14} for: {row.purpose}")
        if not row.version:
            print(f"{'':<14} get: {row.how_to_get}")
    return 0
