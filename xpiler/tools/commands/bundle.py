"""`xpiler bundle FILE --to PLATFORM -o DIR`: a translation with all that checks it on the user's own device."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from xpiler.platforms.names import PLATFORMS
from xpiler.tools.commands.source_arguments import add_source_arguments, reading_options, sizes_of

DESCRIPTION = (
    "Translates a kernel file and writes a folder with the output, recorded inputs, what the source computes on them, a program that "
    "compares, and a Makefile: 'make check' there prints pass or FAIL and the largest error. For BANG, 'make probe' asks the device what "
    "the public documents leave open."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler bundle`."""
    add_source_arguments(parser)
    parser.add_argument("--to", required=True, choices=PLATFORMS, help="the target platform")
    parser.add_argument("-o", dest="folder", type=Path, required=True, metavar="DIR", help="the folder to write; empty, or not there")
    parser.add_argument("--arch", dest="target_arch", default="", help="the target's architecture")
    parser.add_argument("--sizes", type=sizes_of, default={}, metavar="n=33,m=5", help="sizes of the recorded calls (default: several)")
    parser.add_argument("--verify", choices=("prove", "test", "none"), default="prove", help="as for translate")
    parser.add_argument("--timeout", type=float, default=30.0, metavar="SECONDS", help="what the proof may take")
    parser.add_argument("--schedule", type=Path, default=None, metavar="FILE", help="as for translate")
    parser.add_argument("--assume-valid", action="store_true", help="as for translate")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random inputs")


def execute(arguments: argparse.Namespace) -> int:
    """Writes the folder and says what lies in it."""
    from xpiler.bundle.folder import bundle
    from xpiler.options import TranslateOptions

    options = TranslateOptions(
        **reading_options(arguments),
        verify=arguments.verify,
        assume_valid=arguments.assume_valid,
        seconds=arguments.timeout,
        schedule=arguments.schedule,
        seed=arguments.seed,
    )
    result, calls = bundle(arguments.file, options, arguments.sizes, arguments.folder)
    for diagnostic in result.diagnostics:
        print(diagnostic, file=sys.stderr)
    print(f"{result.source}: verdict: {result.answer}", file=sys.stderr)
    print(f"{arguments.folder}: {calls} recorded calls; check them with 'make check' there", file=sys.stderr)
    return 0
