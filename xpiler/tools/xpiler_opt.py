"""`xpiler-opt`: what mlir-opt is, for our dialects and passes, plus `--xpile-to=<platform>`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from xpiler import __version__
from xpiler.tools.guarded_process import guarded

if TYPE_CHECKING:
    from mlir import ir

PLATFORMS = ("cuda", "hip", "bang", "vnni", "shared")
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
    add("--xpile-to", choices=PLATFORMS, metavar="PLATFORM", help="translate: " + ", ".join(PLATFORMS))
    add("--arch", default="", help="the target's architecture for --xpile-to")
    add("--emit", choices=("mlir", "source"), default="mlir", help="what to write: mlir, or the platform's source text")
    return result


def main() -> None:
    """The entry point: exit code 0 done, 1 failed, 2 usage."""
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
    data = read_input(arguments.input)
    if arguments.split_input_file:
        chunks = split(data.decode("utf-8", "replace"))
    else:
        chunks = [data]
    results = [_Chunk(chunk, arguments) for chunk in chunks]
    code = max(result.run() for result in results)
    if code == 0 and not arguments.verify_diagnostics:
        if arguments.emit_bytecode:
            return _write_bytecode(results[0].module, arguments.output)
        write_output(arguments.output, "// -----\n\n".join(result.text for result in results))
    return code


def _list_passes() -> int:
    from xpiler.passes import pass_class, pass_names

    for name in pass_names():
        try:
            summary = (pass_class(name).__doc__ or "").strip().split("\n")[0]
        except ImportError:
            continue
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


class _Chunk:
    """One module of the input on its way through passes to text."""

    def __init__(self, data: bytes | str, arguments: argparse.Namespace):
        self.data, self.arguments = data, arguments
        self.text = ""
        self.module: ir.Module | None = None

    def run(self) -> int:
        """Parses, transforms and prints; the exit code, with diagnostics on standard error."""
        from xpiler.diagnostics import XpilerError
        from xpiler.dialects import context
        from xpiler.tools.chunks import Listener

        ctx = context()
        ctx.allow_unregistered_dialects = self.arguments.allow_unregistered_dialect
        file = "<stdin>" if self.arguments.input == "-" else self.arguments.input
        failures = []
        with Listener(ctx, file) as listener:
            try:
                self._transform(ctx)
            except XpilerError as error:
                failures += error.diagnostics
        return self._report([*listener.found, *failures], bool(failures) or self.module is None)

    def _transform(self, ctx: ir.Context) -> None:
        from xpiler.tools.chunks import parse
        from xpiler.tools.xpile import emit, xpile

        self.module = parse(self.data, self.arguments.input, ctx)
        if self.module is None:
            return
        if self.arguments.pass_pipeline:
            from xpiler.pipeline import Pipeline

            Pipeline.parse(self.arguments.pass_pipeline).run(self.module, self._print_stage)
        if self.arguments.xpile_to:
            self.module = xpile(self.module, self.arguments.xpile_to, self.arguments.arch)
        self.text = emit(self.module) if self.arguments.emit == "source" else self._asm(self.module.operation) + "\n"

    def _print_stage(self, stage: object, op: ir.Operation) -> None:
        if self.arguments.mlir_print_ir_after_all:
            print(f"// -----// IR Dump After {stage} //----- //\n{self._asm(op)}\n", file=sys.stderr)

    def _asm(self, op: ir.Operation) -> str:
        return op.get_asm(
            enable_debug_info=self.arguments.mlir_print_debuginfo,
            print_generic_op_form=self.arguments.mlir_print_op_generic,
            use_name_loc_as_prefix=self.arguments.mlir_use_nameloc_as_prefix,
        )

    def _report(self, found: list, failed: bool) -> int:
        if not self.arguments.verify_diagnostics:
            for diagnostic in found:
                print(diagnostic, file=sys.stderr)
            return int(failed)
        from xpiler.tools.expected_diagnostics import mismatches

        text = self.data.decode("utf-8", "replace") if isinstance(self.data, bytes) else self.data
        wrong = mismatches(text, found)
        for message in wrong:
            print(message, file=sys.stderr)
        return int(bool(wrong))


if __name__ == "__main__":
    main()
