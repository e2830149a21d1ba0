"""`xpiler annotate FILE --to PLATFORM`: from a builtin's documentation to an entry of semantics.mlir, for a person to accept."""

from __future__ import annotations

import argparse
import sys

from xpiler.platforms.names import PLATFORMS
from xpiler.tools.commands.model_arguments import add_model_arguments, model_options

DESCRIPTION = (
    "Asks a language model for the meaning of an unknown builtin. What it answers is checked for its form only, and printed: read it, "
    "and put it into dialects/PLATFORM/semantics.mlir yourself where it says what the documentation says."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command line of `xpiler annotate`."""
    parser.add_argument("file", help="the documentation of the builtin, as text")
    parser.add_argument("--to", required=True, choices=PLATFORMS, help="the platform whose builtin it is")
    parser.add_argument("-o", dest="output", default="-", metavar="FILE", help="where to write the entry ('-': standard output)")
    add_model_arguments(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Prints the entry with where it is from; 1 where there is none."""
    from xpiler.propose.annotation import annotate
    from xpiler.propose.llm.session import proposer_of
    from xpiler.tools.output_file import write_output
    from xpiler.translation import read_text

    asker, proposer = proposer_of(model_options(arguments))
    found = annotate(read_text(arguments.file, "documentation"), arguments.to, asker, proposer.model, proposer.recorder)
    write_output(arguments.output, f"// Proposed by {found.origin}; not accepted yet.\n{found.entry}")
    print(f"{arguments.file}: note: valid for {', '.join(found.types)}; whether it is right, you decide", file=sys.stderr)
    return 0
