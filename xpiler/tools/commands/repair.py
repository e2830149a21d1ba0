"""`xpiler repair SOURCE TARGET`: mends a translation that `verify` refutes, and shows the difference."""

from __future__ import annotations

import argparse
import sys

from xpiler.tools.commands.pair_options import add_pair_options


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler repair`."""
    parser.add_argument("source", help="the file that says what is right")
    parser.add_argument("target", help="the file to mend")
    parser.add_argument(
        "-o", dest="output", default="", metavar="FILE", help="where to write the mended file (default: only the difference is shown)"
    )
    add_pair_options(parser)
    parser.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS", help="what the search may take")


def execute(arguments: argparse.Namespace) -> int:
    """Prints what was wrong, what was changed and the difference; 1 where no repair was found."""
    from xpiler.options import TranslateOptions
    from xpiler.platforms.names import platform_of
    from xpiler.repair.files import repair_file
    from xpiler.tools.output_file import write_output
    from xpiler.translation import read_text

    options = TranslateOptions(
        to=arguments.target_platform or platform_of(arguments.target, read_text(arguments.target)),
        source_platform=arguments.source_platform,
        source_arch=arguments.source_arch,
        target_arch=arguments.target_arch,
        include_dirs=tuple(arguments.include_dirs),
        defines=tuple(arguments.defines),
    )
    found = repair_file(arguments.source, arguments.target, options, arguments.timeout)
    print(f"{arguments.target}: note: {found.diagnosis}", file=sys.stderr)
    for change in found.changes:
        print(f"{arguments.target}:{change}", file=sys.stderr)
    if not found.reworded:
        print(f"{arguments.target}: note: the change has no place in this text; it is printed anew", file=sys.stderr)
    print(f"{arguments.target}: verdict: {found.answer}", file=sys.stderr)
    print(found.difference, end="")
    if arguments.output:
        write_output(arguments.output, found.text)
    return 0
