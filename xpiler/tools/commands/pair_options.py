"""What is said of two files, a source and a target: their platforms, architectures, includes and macros."""

from __future__ import annotations

import argparse
from pathlib import Path

from xpiler.platforms.names import PLATFORMS


def add_pair_options(parser: argparse.ArgumentParser) -> None:
    """The options that every command on a pair of files takes."""
    parser.add_argument(
        "--from", dest="source_platform", choices=PLATFORMS, default="", help="the source's platform, where the suffix does not say"
    )
    parser.add_argument(
        "--to", dest="target_platform", choices=PLATFORMS, default="", help="the target's platform, where the suffix does not say"
    )
    parser.add_argument("--source-arch", default="", metavar="ARCH")
    parser.add_argument("--arch", dest="target_arch", default="", metavar="ARCH")
    parser.add_argument("-I", dest="include_dirs", action="append", type=Path, default=[], metavar="DIR")
    parser.add_argument("-D", dest="defines", action="append", default=[], metavar="NAME[=VALUE]")
