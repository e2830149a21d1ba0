"""The form the JIT takes: a copy of a shared-form module that holds nothing but upstream operations.

Facts about the program (`xpiler.extent`, `xpiler.assume`) and launchers are dropped, calls between kernels become
`func.call`, and every `memref.alloca` moves to the heap: upstream releases an alloca when the function returns, not
when the loop body that owns it ends, so a kernel of many blocks would overflow the stack. Flags become bytes.
"""

from __future__ import annotations

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.execution.byte_flags import widen_flag_arrays

FACTS = frozenset({"xpiler.extent", "xpiler.assume"})
UPSTREAM = frozenset({"affine", "arith", "builtin", "cf", "func", "index", "linalg", "math", "memref", "scf", "ub", "vector"})


def executable_copy(module: ir.Module) -> ir.Module:
    """A new module with the kernels of `module`, ready for the JIT's pipeline; `module` is left as it is."""
    context = module.context
    with context, ir.Location.unknown(context):
        copy = ir.Module.create()
        for op in module.body.operations:
            if not _is_launcher(op.operation):
                op.operation.clone(ip=ir.InsertionPoint(copy.body))
        operations = [op for op in _post_order(copy.operation) if op.name != "builtin.module"]
        for op in operations:
            _make_executable(op)
        for op in copy.body.operations:
            if op.operation.name == "func.func" and op.operation.regions[0].blocks:
                widen_flag_arrays(op.operation)
    return copy


def _is_launcher(op: ir.Operation) -> bool:
    return "xpiler.launcher" in op.attributes


def _post_order(op: ir.Operation) -> list[ir.Operation]:
    """Every operation under `op`, innermost first: an operation may be replaced without losing the ones still to come."""
    found: list[ir.Operation] = []

    def visit(each: ir.Operation) -> ir.WalkResult:
        found.append(each.operation)
        return ir.WalkResult.ADVANCE

    op.walk(visit, ir.WalkOrder.POST_ORDER)
    return found


def _make_executable(op: ir.Operation) -> None:
    if op.name in FACTS:
        op.erase()
    elif op.name == "memref.alloca":
        _move_to_heap(op)
    elif op.name == "memref.generic_atomic_rmw":
        _update_in_sequence(op)
    elif op.name == "xpiler.call":
        _call_function(op)
    elif op.name == "func.func":
        _strip_function(op)
    elif op.name.partition(".")[0] not in UPSTREAM:
        raise Unsupported(f"'{op.name}' cannot be executed: the module is not in shared form", hint="raise the module first")


def _move_to_heap(alloca: ir.Operation) -> None:
    """`memref.alloca` becomes `memref.alloc` with a `memref.dealloc` where its block ends."""
    attributes = {named: alloca.attributes[named] for named in alloca.attributes}
    alloc = ir.Operation.create(
        "memref.alloc",
        results=[alloca.results[0].type],
        operands=list(alloca.operands),
        attributes=attributes,
        loc=alloca.location,
        ip=ir.InsertionPoint(alloca),
    )
    alloca.results[0].replace_all_uses_with(alloc.results[0])
    end = ir.InsertionPoint.at_block_terminator(alloca.block)
    ir.Operation.create("memref.dealloc", operands=[alloc.results[0]], loc=alloca.location, ip=end)
    alloca.erase()


def _update_in_sequence(op: ir.Operation) -> None:
    """An indivisible update as load, computation and store: here one thread runs everything."""
    base, *indices = op.operands
    block, here = op.regions[0].blocks[0], ir.InsertionPoint(op)
    load = ir.Operation.create("memref.load", [base.type.element_type], [base, *indices], loc=op.location, ip=here)
    block.arguments[0].replace_all_uses_with(load.results[0])
    *body, end = [inner.operation for inner in block.operations]
    for inner in body:
        inner.move_before(op)
    ir.Operation.create("memref.store", [], [end.operands[0], base, *indices], loc=op.location, ip=here)
    op.results[0].replace_all_uses_with(load.results[0])
    op.erase()


def _call_function(op: ir.Operation) -> None:
    callee = next(op.attributes[name] for name in op.attributes if isinstance(op.attributes[name], ir.FlatSymbolRefAttr))
    ir.Operation.create("func.call", operands=list(op.operands), attributes={"callee": callee}, loc=op.location, ip=ir.InsertionPoint(op))
    op.erase()


def _strip_function(function: ir.Operation) -> None:
    """Only upstream's attributes stay; the C interface is what the JIT calls."""
    kept = {"sym_name", "function_type", "sym_visibility"}
    for name in [name for name in function.attributes if name not in kept]:
        del function.attributes[name]
    if function.regions[0].blocks:
        function.attributes["llvm.emit_c_interface"] = ir.UnitAttr.get()
