"""A pattern as text and as IR: a module with two functions `@before` and `@after` of one signature, or with `pdl.pattern`s.

    module attributes {xpiler.pattern = "sigmoid", xpiler.target = #xpiler.target<"bang">} {
      func.func @before(%dst: memref<?xf32>, %src: memref<?xf32>, %n: i32) { ... one scf.forall ... }
      func.func @after(%dst: memref<?xf32>, %src: memref<?xf32>, %n: i32) { bang.unary<active_sigmoid> ... }
    }

Buffers and numbers of the signature are the typed holes: a buffer stands for the elements of any value of that type, a
number for any value that is the same for all elements. The first buffer is written. Functions of numbers alone,
`(f32, ...) -> f32`, are rewritten number for number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import PassFailed
from xpiler.platforms.target import target_of

LONGEST = 50_000  # characters
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
# What the functions may hold besides operations of the target: pure arithmetic, one level of loops, memory of their own.
ALLOWED = ("arith.", "math.", "scf.forall", "memref.load", "memref.store", "memref.alloca", "func.return", "vector.")


@dataclass(frozen=True)
class Pattern:
    """A parsed pattern; the module keeps its functions alive."""

    name: str
    target: str
    module: ir.Module
    text: str

    @property
    def before(self) -> ir.Operation:
        """The function to look for."""
        return function(self.module, "before")

    @property
    def after(self) -> ir.Operation:
        """The function to put in its place."""
        return function(self.module, "after")

    @property
    def is_pdl(self) -> bool:
        """Whether it is written as PDL."""
        return any(op.operation.name == "pdl.pattern" for op in self.module.body.operations)


def read(text: str, context: ir.Context) -> Pattern:
    """The pattern in a text. Raises PassFailed where it is none, or holds what no pattern may."""
    if len(text) > LONGEST:
        raise PassFailed(f"the pattern has {len(text)} characters", hint=f"at most {LONGEST} are read")
    try:
        module = ir.Module.parse(text, context)
        module.operation.verify()
    except ir.MLIRError as error:
        found = error.error_diagnostics
        raise PassFailed(f"the pattern is not valid MLIR: {found[0].message if found else error}") from None
    pattern = Pattern(_name(module), _target(module), module, text)
    if pattern.is_pdl:
        from xpiler.propose.patterns.pdl import check

        check(module)
    else:
        _check_pair(pattern)
    return pattern


def function(module: ir.Module, name: str) -> ir.Operation:
    """A function of a pattern by name. Raises PassFailed where there is none."""
    for op in module.body.operations:
        if op.operation.name == "func.func" and ir.StringAttr(op.operation.attributes["sym_name"]).value == name:
            return op.operation
    raise PassFailed(f"a pattern has the functions @before and @after, or pdl.pattern: there is no @{name}")


def _name(module: ir.Module) -> str:
    attributes = module.operation.attributes
    if "xpiler.pattern" not in attributes or not isinstance(attributes["xpiler.pattern"], ir.StringAttr):
        raise PassFailed('a pattern is named by the module\'s attribute xpiler.pattern = "name"')
    name = ir.StringAttr(attributes["xpiler.pattern"]).value
    if not NAME.fullmatch(name):
        raise PassFailed(f"'{name[:64]}' is no name of a pattern", hint="expected small letters, digits and _")
    return name


def _target(module: ir.Module) -> str:
    target = target_of(module)
    if target is None:
        raise PassFailed("a pattern says which platform it is for", hint='xpiler.target = #xpiler.target<"bang">')
    return target.platform


def _check_pair(pattern: Pattern) -> None:
    types = [str(f.attributes["function_type"]) for f in (pattern.before, pattern.after)]
    if types[0] != types[1]:
        raise PassFailed(f"@before is {types[0]} and @after {types[1]}: they take the same")
    for side in (pattern.before, pattern.after):
        if not side.regions[0].blocks:
            raise PassFailed("a function of a pattern has a body")
        for op in operations(side):
            if not op.name.startswith((*ALLOWED, f"{pattern.target}.")):
                raise PassFailed(f"a pattern may not hold '{op.name}'")


def operations(op: ir.Operation) -> list[ir.Operation]:
    """Everything inside an operation, in program order."""
    found: list[ir.Operation] = []
    op.walk(lambda inner: (found.append(inner), ir.WalkResult.ADVANCE)[1], ir.WalkOrder.PRE_ORDER)
    return found[1:]
