"""Vector operations of several dimensions as those of one, by upstream's patterns."""

from __future__ import annotations

from mlir import ir
from mlir.dialects.transform import interpreter

from xpiler.diagnostics import Unsupported
from xpiler.passes import place_of
from xpiler.pipeline import run_upstream
from xpiler.raising.emission_point import EmissionPoint
from xpiler.raising.structure import post_order, replace, walk

# Contractions and reductions to arithmetic on vectors, transfers to loads and stores.
STEPS = (
    "vector.lower_contraction lowering_strategy = outerproduct",
    "vector.lower_outerproduct",
    "vector.transfer_permutation_patterns",
    "vector.lower_multi_reduction lowering_strategy = innerreduction",
    "vector.lower_transfer max_transfer_rank = 1",
    "vector.lower_broadcast",
    "vector.lower_transpose lowering_strategy = eltwise",
    "vector.lower_shape_cast",
)
SCRIPT = """
module attributes {transform.with_named_sequence} {
  transform.named_sequence @lower(%module: !transform.any_op {transform.readonly}) {
    %function = transform.structured.match ops{["func.func"]} in %module : (!transform.any_op) -> !transform.any_op
    STEPS
    transform.yield
  }
}
"""
APPLY = "transform.apply_patterns to %function {{ transform.apply_patterns.{} }} : !transform.any_op"


def lower_vectors(module: ir.Module) -> None:
    """Rewrites the module's vector code, in place, where it has any.

    Raises Unsupported, naming the operation, for vectors of several dimensions that remain.
    """
    if not any(op.name.startswith("vector.") for op in walk(module.operation)):
        return
    script = ir.Module.parse(SCRIPT.replace("STEPS", "\n    ".join(APPLY.format(step) for step in STEPS)))
    interpreter.apply_named_sequence(module, script.body.operations[0], script)
    run_upstream("func.func(convert-vector-to-scf{full-unroll=true}),canonicalize", module.operation)
    interpreter.apply_named_sequence(module, script.body.operations[0], script)
    run_upstream("canonicalize,cse", module.operation)
    for op in post_order(module.operation):
        if op.name == "vector.fma":
            replace(op, [EmissionPoint(ir.InsertionPoint(op), op.location).value("math.fma", op.results[0].type, *op.operands)])


def refuse_matrices(module: ir.Module) -> None:
    """Vectors of several dimensions have no lanes that a register could hold."""
    for op in walk(module.operation):
        for value in (*op.operands, *op.results):
            if isinstance(value.type, ir.VectorType) and (value.type.rank > 1 or value.type.scalable):
                raise Unsupported(f"'{op.name}' on {value.type} is not supported", place_of(op), "expected vectors of one dimension")
