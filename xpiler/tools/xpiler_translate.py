"""`xpiler-translate`: source text to MLIR in platform form and back, as mlir-translate does for LLVM IR."""

from __future__ import annotations

import argparse
import sys

from xpiler import __version__
from xpiler.platforms.names import PLATFORMS
from xpiler.tools.guarded_process import end_on_interrupt, guarded


def parser() -> argparse.ArgumentParser:
    """The command line: one import or export, and the options of reading."""
    result = argparse.ArgumentParser(prog="xpiler-translate", description="Imports source text as MLIR in platform form, or exports it.")
    add = result.add_argument
    add("--version", action="version", version=f"xpiler-translate {__version__}")
    way = result.add_mutually_exclusive_group(required=True)
    for platform in PLATFORMS:
        way.add_argument(f"--import-{platform}", dest="read", action="store_const", const=platform, help=f"{platform} text to MLIR")
    for platform in PLATFORMS:
        way.add_argument(f"--export-{platform}", dest="write", action="store_const", const=platform, help=f"MLIR to {platform} text")
    add("input", nargs="?", default="-", help="a file, or - for standard input")
    add("-o", dest="output", default="-", metavar="FILE", help="where the result goes")
    add("--arch", default="", help="the architecture to read the source for")
    add("--kernel", default="", metavar="NAME", help="the kernel to take")
    add("--launch", default="", metavar="GEOMETRY", help="'grid=(n+255)/256,block=256'")
    add("--bang-weights", choices=("nk", "kn"), default="nk", help="layout a BANG source means for matmul's right operand")
    add("-I", dest="include_dirs", action="append", default=[], metavar="DIR")
    add("-D", dest="defines", action="append", default=[], metavar="NAME[=VALUE]")
    add("-std", dest="standard", default="", metavar="STD")
    add("--mlir-print-debuginfo", action="store_true", help="print locations")
    add("--mlir-use-nameloc-as-prefix", action="store_true", help="name values after the variables of the source")
    return result


def main() -> None:
    """The entry point: exit code 0 done, 1 failed, 2 usage."""
    end_on_interrupt()
    arguments = parser().parse_args()
    sys.exit(guarded(lambda: execute(arguments)))


def execute(arguments: argparse.Namespace) -> int:
    """Does what the command line asks; returns the exit code."""
    from xpiler.tools.output_file import write_output

    text = import_text(arguments) if arguments.read else export_text(arguments)
    write_output(arguments.output, text)
    return 0


def import_text(arguments: argparse.Namespace) -> str:
    """Source text read into platform form, as MLIR."""
    from pathlib import Path

    from xpiler import frontend
    from xpiler.platforms.names import DEFAULT_ARCH
    from xpiler.translation import read_text

    options = frontend.ReadOptions(
        kernel=arguments.kernel,
        arch=arguments.arch or DEFAULT_ARCH[arguments.read],
        launch=arguments.launch,
        include_dirs=tuple(map(Path, arguments.include_dirs)),
        defines=tuple(arguments.defines),
        standard=arguments.standard,
        bang_weights=arguments.bang_weights,
    )
    if arguments.input != "-":
        read_text(arguments.input)  # refuses an empty, binary or unreadable file
    source = sys.stdin.read() if arguments.input == "-" else Path(arguments.input)
    module = frontend.read(source, arguments.read, options)
    asm = module.operation.get_asm(
        enable_debug_info=arguments.mlir_print_debuginfo, use_name_loc_as_prefix=arguments.mlir_use_nameloc_as_prefix
    )
    return asm + "\n"


def export_text(arguments: argparse.Namespace) -> str:
    """Platform form printed as source text.

    Raises InvalidInput where the input does not parse or is of another platform.
    """
    from xpiler.diagnostics import InvalidInput
    from xpiler.dialects import context
    from xpiler.platforms.target import target_of
    from xpiler.tools.chunks import Listener, parse, read_input
    from xpiler.tools.xpile import emit

    ctx = context()
    with Listener(ctx, arguments.input) as listener:
        module = parse(read_input(arguments.input), arguments.input, ctx)
    if module is None:
        first, *rest = listener.found
        raise InvalidInput(first.message, first.place, notes=tuple(rest))
    target = target_of(module)
    if target is None or target.platform != arguments.write:
        found = target.platform if target else "none"
        raise InvalidInput(f"expected a module for {arguments.write}, got one for {found}", hint="xpiler-opt --xpile-to makes one")
    return emit(module)


if __name__ == "__main__":
    main()
