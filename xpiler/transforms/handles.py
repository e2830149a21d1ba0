"""Handles: how a schedule names kernels, loops and buffers (ADR 0003).

A loop is a path of loop names from the outside in, `i/k`; any suffix that fits one loop alone is enough, and `name#1` is the
second of several in program order. Loops without a name are called `loop`. A buffer is its parameter's or its
allocation's name.
"""

from __future__ import annotations

from mlir import ir

from xpiler.analysis.effects import walk
from xpiler.diagnostics import PassFailed
from xpiler.passes import place_of
from xpiler.transforms.rewriting import functions

LOOPS = ("scf.for", "scf.forall", "scf.while")


def find_kernel(op: ir.Operation, name: str = "") -> ir.Operation:
    """The kernel called `name`, or the only one."""
    kernels = [f for f in functions(op) if "xpiler.launcher" not in f.attributes]
    matching = [f for f in kernels if not name or kernel_name(f) == name]
    if len(matching) != 1:
        known = ", ".join(map(kernel_name, kernels)) or "none"
        raise PassFailed(f"no kernel '{name}'" if name else "which kernel is meant?", place_of(op), f"kernels here: {known}")
    return matching[0]


def kernel_name(function: ir.Operation) -> str:
    """The symbol of a function."""
    return ir.StringAttr(function.attributes["sym_name"]).value


def name_of(op: ir.Operation, otherwise: str = "loop") -> str:
    """The name in an operation's location."""
    return op.location.name_str if op.location.is_a_name() else otherwise


def named(name: str, location: ir.Location) -> ir.Location:
    """`location` under another name."""
    return ir.Location.name(name, location.child_loc if location.is_a_name() else location)


def loop_paths(function: ir.Operation) -> dict[ir.Operation, str]:
    """Every loop of a function with its path, in program order."""
    paths: dict[ir.Operation, str] = {}
    for op in walk(function):
        if op.name in LOOPS:
            outer = op.parent.operation
            while outer != function and outer not in paths:
                outer = outer.parent.operation
            paths[op] = f"{paths[outer]}/{name_of(op)}" if outer in paths else name_of(op)
    return paths


def find_loop(function: ir.Operation, handle: str) -> ir.Operation:
    """The loop a handle names."""
    path, _, number = handle.partition("#")
    paths = loop_paths(function)
    found = [op for op, full in paths.items() if full == path or full.endswith(f"/{path}")]
    if number and int(number) < len(found):
        return found[int(number)]
    if len(found) == 1 and not number:
        return found[0]
    known = ", ".join(dict.fromkeys(paths.values())) or "none"
    what = "names several loops" if found else "names no loop"
    raise PassFailed(f"'{handle}' {what} of '{kernel_name(function)}'", place_of(function), f"loops here: {known}")


def find_buffer(function: ir.Operation, name: str) -> ir.Value:
    """The buffer a name means: a parameter's `xpiler.name` or an allocation's."""
    buffers = buffer_names(function)
    found = [value for value, known in buffers.items() if known == name]
    if len(found) != 1:
        known = ", ".join(dict.fromkeys(buffers.values())) or "none"
        what = "names several buffers" if found else "names no buffer"
        raise PassFailed(f"'{name}' {what} of '{kernel_name(function)}'", place_of(function), f"buffers here: {known}")
    return found[0]


def buffer_names(function: ir.Operation) -> dict[ir.Value, str]:
    """The buffers of a function with their names."""
    names: dict[ir.Value, str] = {}
    attributes = function.attributes["arg_attrs"] if "arg_attrs" in function.attributes else None
    for k, argument in enumerate(function.regions[0].blocks[0].arguments):
        if isinstance(argument.type, ir.MemRefType):
            given = attributes[k] if attributes is not None else {}
            names[argument] = ir.StringAttr(given["xpiler.name"]).value if "xpiler.name" in given else f"arg{k}"
    for op in walk(function):
        if op.name == "memref.alloca":
            names[op.results[0]] = name_of(op, "buffer")
    return names
