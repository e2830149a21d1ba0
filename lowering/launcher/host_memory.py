"""On a target whose device is the host, a launcher's device buffers are the caller's own memory."""

from __future__ import annotations

from mlir import ir
from mlir.passmanager import PassManager

from xpiler.analysis.effects import walk
from xpiler.lowering.c_text.attributes import keyword
from xpiler.lowering.launcher.build import KernelLaunch
from xpiler.lowering.launcher.roles import is_written

_KNOWN = ("xpiler.copy", "xpiler.call", "xpiler.memset", "xpiler.free")


def use_host_memory(function: ir.Operation, kernels: dict[str, KernelLaunch]) -> None:
    """Replaces each buffer that mirrors one host pointer by that pointer, and drops its copies."""
    PassManager.parse("func.func(canonicalize,cse)").run(function)  # equal sizes become one value
    for alloc in [op for op in walk(function) if op.name == "xpiler.alloc"]:
        host = _mirrored(alloc, kernels)
        if host is None:
            continue
        for user in [use.owner.operation for use in alloc.results[0].uses]:
            if user.name in ("xpiler.copy", "xpiler.free"):
                user.erase()
        alloc.results[0].replace_all_uses_with(host)
        alloc.erase()


def _mirrored(alloc: ir.Operation, kernels: dict[str, KernelLaunch]) -> ir.Value | None:
    """The host pointer whose contents the buffer has before and after the calls; None where that is not sure."""
    buffer, hosts, copied_out, written = alloc.results[0], [], False, False
    for use in buffer.uses:
        op = use.owner.operation
        if op.name not in _KNOWN or (op.block != alloc.block and op.name != "xpiler.call"):
            return None
        if op.name == "xpiler.copy":
            into = use.operand_number == 1
            if op.operands[2] != alloc.operands[0] or keyword(op, "kind") != ("h2d" if into else "d2h") or not _in_order(op, into=into):
                return None
            hosts.append(op.operands[0] if into else op.operands[1])
            copied_out |= not into
        elif op.name == "xpiler.memset":
            if not _is_between_copies(op, buffer):
                return None
            written = True
        elif op.name == "xpiler.call":
            kernel = kernels[ir.FlatSymbolRefAttr(op.attributes["kernel"]).value]
            written |= is_written(kernel.function.regions[0].blocks[0].arguments[use.operand_number])
    same = bool(hosts) and all(h == hosts[0] for h in hosts) and isinstance(hosts[0].owner, ir.Block)
    return hosts[0] if same and (copied_out or not written) else None


def _is_between_copies(fill: ir.Operation, buffer: ir.Value) -> bool:
    """Whether a fill comes after what is copied to the buffer and before it is copied back, so that the host sees it anyway."""
    copies = [(use.owner.operation, use.operand_number == 1) for use in buffer.uses if use.owner.operation.name == "xpiler.copy"]
    return all(copy.is_before_in_block(fill) if into else fill.is_before_in_block(copy) for copy, into in copies)


def _in_order(copy: ir.Operation, *, into: bool) -> bool:
    """Whether copies to the device come before every call (also one under a condition), copies back after."""
    calls = [op.operation for op in copy.block.operations if any(inner.name == "xpiler.call" for inner in walk(op.operation))]
    return all(copy.is_before_in_block(c) if into else c.is_before_in_block(copy) for c in calls)
