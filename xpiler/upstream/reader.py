"""From upstream MLIR to platform form: functions are kernels of a CPU, `gpu` kernels those of a GPU.

What raising takes from a source text it then takes from here: loops over loads and stores, vectors of one dimension,
blocks of threads with barriers. Structured operations become loops first, by upstream's own passes.
"""

from __future__ import annotations

from io import BytesIO

from mlir import ir

from xpiler.diagnostics import InvalidInput
from xpiler.passes import place_of
from xpiler.pipeline import run_upstream
from xpiler.raising.structure import operations
from xpiler.upstream.gpu_kernels import forget_marks, outline_launches, pass_integers, to_cuda_form
from xpiler.upstream.loops import copies_to_loops, to_plain_loops
from xpiler.upstream.parameters import Parameters
from xpiler.upstream.refusals import refuse_foreign, refuse_tensors
from xpiler.upstream.vectors import lower_vectors, refuse_matrices

# Calls are inlined; views are folded into the accesses; what is left of structure becomes loops.
BEFORE = "inline,symbol-dce,canonicalize"
LOOPS = "func.func(fold-memref-alias-ops,convert-linalg-to-loops,fold-memref-alias-ops),lower-affine,canonicalize"


def from_upstream(module: ir.Module) -> ir.Module:
    """A new module in platform form (`cuda` where it has GPU kernels, else `vnni`); `module` is left as it is.

    Raises InvalidInput or Unsupported, naming the operation, for what has no counterpart.
    """
    with module.context, ir.Location.unknown():
        module = _copy(module)
        refuse_tensors(module)
        run_upstream(BEFORE, module.operation)
        platform = "cuda" if outline_launches(module) else "vnni"
        if platform == "cuda":
            to_cuda_form(module)
        else:
            _functions_to_kernels(module)
        copies_to_loops(module)
        lower_vectors(module)
        run_upstream(LOOPS, module.operation)
        to_plain_loops(module)
        for function in operations(module.body):
            if function.name == "func.func":
                Parameters(function).flatten()
        pass_integers(module)
        forget_marks(module)
        run_upstream("canonicalize", module.operation)
        refuse_foreign(module)
        refuse_matrices(module)
        module.operation.attributes["xpiler.target"] = ir.Attribute.parse(f'#xpiler.target<"{platform}">')
        if not module.operation.verify():
            raise InvalidInput("the functions are no kernels")
        return module


def _functions_to_kernels(module: ir.Module) -> None:
    found = [op for op in operations(module.body) if op.name == "func.func"]
    for op in operations(module.body):
        if op.name not in ("func.func", "memref.global"):
            raise InvalidInput(f"cannot read '{op.name}' as a kernel", place_of(op), "expected functions on memrefs, or gpu kernels")
    for function in found:
        if not function.regions[0].blocks:
            raise InvalidInput(f"function '{_name(function)}' has no body", place_of(function), "expected its definition in the module")
        _refuse_results(function)
        function.attributes["xpiler.kernel"] = ir.UnitAttr.get()
    if not found:
        raise InvalidInput("the module has no kernel", place_of(module.operation), "expected a public function on memrefs")


def _refuse_results(function: ir.Operation) -> None:
    if ir.FunctionType(ir.TypeAttr(function.attributes["function_type"]).value).results:
        raise InvalidInput(
            f"function '{_name(function)}' has results",
            place_of(function),
            "a kernel writes to its parameters: --buffer-results-to-out-params makes buffers of results",
        )


def _name(function: ir.Operation) -> str:
    return ir.StringAttr(function.attributes["sym_name"]).value


def _copy(module: ir.Module) -> ir.Module:
    """A copy through bytecode, which keeps every location."""
    buffer = BytesIO()
    module.operation.write_bytecode(buffer)
    return ir.Module.parse(buffer.getvalue())
