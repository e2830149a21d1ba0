"""One module of `xpiler-opt`'s input on its way through passes to text."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from mlir import ir

from xpiler.diagnostics import Diagnostic, XpilerError
from xpiler.dialects import context
from xpiler.platforms.names import PLATFORMS
from xpiler.tools.chunks import Listener, parse
from xpiler.tools.output_file import write_output

if TYPE_CHECKING:
    from xpiler.verify.each_pass import EachPass


class OptChunk:
    """The bytes of one module and what the command line asks to be done with them."""

    def __init__(self, data: bytes | str, arguments: argparse.Namespace):
        self.data, self.arguments = data, arguments
        self.file = "<stdin>" if arguments.input == "-" else arguments.input
        self.text = ""
        self.module: ir.Module | None = None

    def run(self) -> int:
        """Parses, transforms and prints; the exit code, with diagnostics on standard error."""
        ctx = context()
        ctx.allow_unregistered_dialects = self.arguments.allow_unregistered_dialect
        failures: list[Diagnostic] = []
        with Listener(ctx, self.file) as listener:
            try:
                self._transform(ctx)
            except XpilerError as error:
                failures += map(self._in_file, error.diagnostics)
        return self._report([*listener.found, *failures], bool(failures) or self.module is None)

    def _transform(self, ctx: ir.Context) -> None:
        from xpiler.pipeline import Pipeline, watching
        from xpiler.tools.xpile import emit, xpile

        self.module = parse(self.data, self.arguments.input, ctx)
        if self.module is None:
            return
        each = self._validator()
        with watching(*([each] if each else [])):
            if self.arguments.pass_pipeline:
                Pipeline.parse(self.arguments.pass_pipeline).run(self.module, self._print_stage)
            if self.arguments.xpile_to:
                compare = {"compare": each.compare} if each else {}
                before, self.module = self.module, xpile(self.module, self.arguments.xpile_to, self.arguments.arch, **compare)
                self._state_verdict(before)
        source = emit(self.module) if self.arguments.emit == "source" or self.arguments.source_output else ""
        if self.arguments.source_output:
            write_output(self.arguments.source_output, source)
        if not self.arguments.emit_bytecode:
            self.text = source if self.arguments.emit == "source" else self._asm(self.module.operation) + "\n"

    def _validator(self) -> EachPass | None:
        from xpiler.verify.each_pass import EachPass

        return EachPass(lambda line: print(line, file=sys.stderr)) if self.arguments.validate_each else None

    def _state_verdict(self, before: ir.Module) -> None:
        """On a platform's module that is written as one; source text has no attributes."""
        from xpiler.verify.attribute import state_verdict

        given = self.arguments
        if given.verify == "prove" and given.xpile_to in PLATFORMS and given.emit == "mlir" and self.module is not None:
            state_verdict(before, self.module)

    def _print_stage(self, stage: object, op: ir.Operation) -> None:
        if self.arguments.mlir_print_ir_after_all:
            print(f"// -----// IR Dump After {stage} //----- //\n{self._asm(op)}\n", file=sys.stderr)

    def _asm(self, op: ir.Operation) -> str:
        return op.get_asm(
            enable_debug_info=self.arguments.mlir_print_debuginfo,
            print_generic_op_form=self.arguments.mlir_print_op_generic,
            use_name_loc_as_prefix=self.arguments.mlir_use_nameloc_as_prefix,
        )

    def _in_file(self, diagnostic: Diagnostic) -> Diagnostic:
        """A part of the input is parsed as text without a name, which MLIR calls "-"."""
        if diagnostic.place is None or diagnostic.place.file != "-":
            return diagnostic
        return replace(diagnostic, place=replace(diagnostic.place, file=self.file))

    def _report(self, found: list[Diagnostic], failed: bool) -> int:
        if not self.arguments.verify_diagnostics:
            for diagnostic in found:
                print(json.dumps(diagnostic.as_json()) if self.arguments.json_diagnostics else diagnostic, file=sys.stderr)
            return int(failed)
        from xpiler.tools.expected_diagnostics import mismatches

        text = self.data.decode("utf-8", "replace") if isinstance(self.data, bytes) else self.data
        wrong = mismatches(text, found)
        for message in wrong:
            print(message, file=sys.stderr)
        return int(bool(wrong))
