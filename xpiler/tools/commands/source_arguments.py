"""The options that say how to read a source file, common to every subcommand that reads one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from xpiler.platforms.names import PLATFORMS


def add_source_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds FILE, --from, --kernel, --arch, --launch, -I, -D, -std, --instantiate, --extent, --assume."""
    parser.add_argument("file", help="the kernel's source file")
    parser.add_argument(
        "--from", dest="source_platform", choices=PLATFORMS, default="", help="the source's platform, where the suffix does not say"
    )
    parser.add_argument("--kernel", default="", metavar="NAME", help="the kernel to take, where the file has several and no launcher")
    parser.add_argument(
        "--source-arch", default="", metavar="ARCH", help="the source's architecture (sm_90, gfx942, mtp_592, icelake-server)"
    )
    parser.add_argument(
        "--launch",
        default="",
        metavar="GEOMETRY",
        help="'grid=(n+255)/256,block=256' in the kernel's parameters, for a file without a launcher",
    )
    parser.add_argument(
        "--extent", action="append", type=name_and_expression, default=[], metavar="A=EXPR", help="elements of a pointer parameter"
    )
    parser.add_argument("--assume", action="append", default=[], metavar="COND", help="a fact about the parameters")
    parser.add_argument("--instantiate", action="append", default=[], metavar="'K<float>'", help="template arguments to read a kernel with")
    parser.add_argument("--bang-weights", choices=("nk", "kn"), default="nk", help="layout a BANG source means for matmul's right operand")
    parser.add_argument("-I", dest="include_dirs", action="append", type=Path, default=[], metavar="DIR")
    parser.add_argument("-D", dest="defines", action="append", default=[], metavar="NAME[=VALUE]")
    parser.add_argument("-std", dest="standard", default="", metavar="STD")


def reading_options(arguments: argparse.Namespace) -> dict[str, Any]:
    """The fields of `TranslateOptions` that these options and `--to` and `--arch` fill."""
    return {
        "to": arguments.to,
        "source_platform": arguments.source_platform,
        "source_arch": arguments.source_arch,
        "target_arch": arguments.target_arch,
        "kernel": arguments.kernel,
        "launch": arguments.launch,
        "extents": dict(arguments.extent),
        "assumptions": tuple(arguments.assume),
        "include_dirs": tuple(arguments.include_dirs),
        "defines": tuple(arguments.defines),
        "standard": arguments.standard,
        "instantiate": tuple(arguments.instantiate),
        "bang_weights": arguments.bang_weights,
    }


def sizes_of(text: str) -> dict[str, int]:
    """`n=33,m=5` as a dictionary; argparse turns the error into a usage message."""
    try:
        pairs = (part.partition("=") for part in text.split(",") if part)
        return {name.strip(): int(value) for name, _, value in pairs}
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected name=number,..., got '{text}'") from None


def name_and_expression(text: str) -> tuple[str, str]:
    """`NAME=EXPR` as a pair; argparse turns the error into a usage message."""
    name, equals, expression = (part.strip() for part in text.partition("="))
    if not (name and equals and expression):
        raise argparse.ArgumentTypeError(f"expected NAME=EXPR, got '{text}'")
    return name, expression
