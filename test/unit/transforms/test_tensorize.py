"""What detensorize takes apart, tensorize puts together again: the same operation on the same buffers and sizes."""

from __future__ import annotations

import pytest
from mlir import ir

from xpiler import dialects
from xpiler.pipeline import run_pipeline

F, W = "memref<512xf32, #bang.space<nram>>", "memref<512xf32, #bang.space<wram>>"
OPERATIONS = {
    "bang.unary kind=exp": f"bang.unary<exp> %d, %a, %n : {F}, {F}",
    "bang.unary kind=abs": f"bang.unary<abs> %d, %a, %n : {F}, {F}",
    "bang.binary kind=add": f"bang.binary<add> %d, %a, %b, %n : {F}, {F}, {F}",
    "bang.binary kind=div": f"bang.binary<div> %d, %a, %b, %n : {F}, {F}, {F}",
    "bang.binary_scalar kind=mul": f"bang.binary_scalar<mul> %d, %a, %x, %n : {F}, {F}, f32",
    "bang.cycle kind=add": f"bang.cycle<add> %d, %a, %b, %n, %k : {F}, {F}, {F}",
    "bang.fill": f"bang.fill %d, %x, %n : {F}, f32",
    "bang.transpose": f"bang.transpose %d, %a, %h, %k : {F}, {F}",
    "bang.matmul": f"bang.matmul %d, %a, %w, %h, %k, %m : {F}, {F}, {W}",
    "bang.pool kind=max": f"bang.pool<max> %d, %a, %h, %k, %m, %t, %s, %s, %t : {F}, {F}",
    "bang.pool kind=sum": f"bang.pool<sum> %d, %a, %h, %h, %k, %s, %t, %t, %s : {F}, {F}",
}
SIZES = {"n": 192, "k": 12, "h": 6, "m": 7, "s": 2, "t": 3}


def _module(operation: str, context: ir.Context) -> ir.Module:
    sizes = "\n".join(f"%{name} = arith.constant {number} : i32" for name, number in SIZES.items())
    parameters = f"%d: {F}, %a: {F}, %b: {F}, %w: {W}, %x: f32"
    text = f"func.func @k({parameters}) attributes {{xpiler.kernel}} {{\n{sizes}\n{operation}\nreturn\n}}"
    with context:
        return ir.Module.parse(text)


@pytest.fixture(scope="module")
def context() -> ir.Context:
    return dialects.context()


@pytest.mark.parametrize("op", OPERATIONS)
def test_round_trip(op: str, context: ir.Context) -> None:
    wanted, module = _module(OPERATIONS[op], context), _module(OPERATIONS[op], context)
    run_pipeline("canonicalize,cse", wanted)
    run_pipeline("detensorize", module)
    assert "bang." not in str(module).replace("#bang.space", "") and "scf.forall" in str(module)
    run_pipeline(f"tensorize{{op={op} loop=loop#0}},canonicalize,cse", module)
    assert _operation(module) == _operation(wanted)


def _operation(module: ir.Module) -> str:
    """The operation with its constants in place of their names."""
    function = module.body.operations[0]
    (builtin,) = [op.operation for op in function.regions[0].blocks[0].operations if op.operation.name.startswith("bang.")]
    operands = [str(o.owner.attributes["value"]) if isinstance(o, ir.OpResult) else o.get_name() for o in builtin.operands]
    kind = builtin.attributes["kind"] if "kind" in builtin.attributes else ""
    return f"{builtin.name}{kind} {operands}"
