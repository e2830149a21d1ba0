"""`xpiler-opt`: what mlir-opt is, for our dialects and passes, plus `--xpile-to=<platform>`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from xpiler import __version__
from xpiler.platforms.names import PLATFORMS
from xpiler.tools.guarded_process import end_on_interrupt, guarded

if TYPE_CHECKING:
    from mlir import ir

LEVELS = (*PLATFORMS, "shared", "upstream")
DESCRIPTION = "Reads MLIR (text or bytecode), runs passes of Xpiler and of MLIR, and writes MLIR or source text."
EPILOG = "A pass may also be given as a flag of its own: `--canonicalize`, `--loop-split='loop=i factor=16'`."


def parser() -> argparse.ArgumentParser:
    """The command line; flags that are not here are passes."""
    result = argparse.ArgumentParser(prog="xpiler-opt", description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False)
    add = result.add_argument
    add("input", nargs="?", default="-", help="a file, or - for standard input")
    add("-o", dest="output", default="-", metavar="FILE", help="where the result goes")
    add("--version", action="version", version=f"xpiler-opt {__version__}")
    add("--pass-pipeline", default="", metavar="TEXT", help="passes to run, e.g. builtin.module(canonicalize,loop-split{loop=i factor=16})")
    add("--list-passes", action="store_true", help="name every pass of Xpiler and end")
    add("--split-input-file", action="store_true", help="treat the parts between `// -----` lines as files of their own")
    add("--verify-diagnostics", action="store_true", help="compare diagnostics with the expected-* comments")
    add("--allow-unregistered-dialect", action="store_true", help="take operations of unknown dialects")
    add("--mlir-print-ir-after-all", action="store_true", help="print the IR behind every stage to standard error")
    add("--mlir-print-debuginfo", action="store_true", help="print locations")
    add("--mlir-print-op-generic", action="store_true", help="print the generic form")
    add("--mlir-use-nameloc-as-prefix", action="store_true", help="name values after the variables of the source")
    add("--emit-bytecode", action="store_true", help="write bytecode, which keeps every location")
    add("--xpile-to", choices=LEVELS, metavar="PLATFORM", help="translate: " + ", ".join(LEVELS))
    add("--arch", default="", help="the target's architecture for --xpile-to")
    add(
        "--verify",
        choices=("prove", "none"),
        default="prove",
        help="state in `xpiler.verdict` whether --xpile-to kept the meaning (default)",
    )
    add("--validate-each", action="store_true", help="prove the module before and after every pass equal, and name a pass that is wrong")
    add("--emit", choices=("mlir", "source"), default="mlir", help="what to write: mlir, or the platform's source text")
    add("--source-output", default="", metavar="FILE", help="write the platform's source text there as well")
    add("--json-diagnostics", action="store_true", help="write each diagnostic as one line of JSON")
    return result


def main() -> None:
    """The entry point: exit code 0 done, 1 failed, 2 usage."""
    end_on_interrupt()
    from xpiler.tools.pass_flags import pipeline_from_flags

    top = parser()
    arguments, rest = top.parse_known_args()
    unknown = [flag for flag in rest if not flag.startswith("-")]
    if unknown:
        top.error(f"more than one input file: {arguments.input} and {unknown[0]}")
    arguments.pass_pipeline = pipeline_from_flags(arguments.pass_pipeline, rest)
    sys.exit(guarded(lambda: execute(arguments)))


def execute(arguments: argparse.Namespace) -> int:
    """Does what the command line asks; returns the exit code."""
    from xpiler.tools.chunks import read_input, split
    from xpiler.tools.output_file import write_output

    if arguments.list_passes:
        return _list_passes()
    from xpiler.tools.opt_chunk import OptChunk

    data = read_input(arguments.input)
    if arguments.split_input_file:
        chunks = split(data.decode("utf-8", "replace"))
    else:
        chunks = [data]
    results = [OptChunk(chunk, arguments) for chunk in chunks]
    code = max(result.run() for result in results)
    if code == 0 and not arguments.verify_diagnostics:
        if arguments.emit_bytecode:
            return _write_bytecode(results[0].module, arguments.output)
        write_output(arguments.output, "// -----\n\n".join(result.text for result in results))
    return code


def _list_passes() -> int:
    from xpiler.passes import pass_class, pass_names

    for name in pass_names():
        summary = (pass_class(name).__doc__ or "").strip().split("\n")[0]
        print(f"--{name:<22} {summary}")
    return 0


def _write_bytecode(module: ir.Module, path: str) -> int:
    from pathlib import Path

    if path == "-":
        module.operation.write_bytecode(sys.stdout.buffer)
    else:
        with Path(path).open("wb") as file:
            module.operation.write_bytecode(file)
    return 0


if __name__ == "__main__":
    main()
