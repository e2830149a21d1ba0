"""PDL patterns: looked at before the driver sees them, applied in one walk, proved on the operations they name.

What the driver does not survive is refused here: unknown operations, native functions, rewrites that erase what is
used, created operations that lack what they need. The rest is the sandbox's.
"""

from __future__ import annotations

from mlir import ir
from mlir.rewrite import PDLModule, walk_and_apply_patterns

from xpiler.diagnostics import PassFailed
from xpiler.propose.patterns.pattern import Pattern, operations
from xpiler.verify.verdict import Answer, Verdict

KNOWN = frozenset(
    f"pdl.{name}" for name in ("pattern", "operand", "operation", "result", "type", "attribute", "rewrite", "replace", "types", "operands")
)
PURE = ("arith.", "math.")


def check(module: ir.Module) -> None:
    """Raises PassFailed where a pattern holds what may not be applied."""
    for op in operations(module.operation):
        if op.name not in KNOWN:
            raise PassFailed(f"a PDL pattern may not hold '{op.name}'")
        if op.name == "pdl.operation":
            _check_operation(op)


def _check_operation(op: ir.Operation) -> None:
    if "opName" not in op.attributes:
        raise PassFailed("an operation of a PDL pattern has a name")
    name = ir.StringAttr(op.attributes["opName"]).value
    if not name.startswith(PURE) or not op.context.is_registered_operation(name):
        raise PassFailed(f"a PDL pattern may not name '{name}'", hint="operations of arith and math may be named")


def apply(pattern: Pattern, module: ir.Operation) -> int:
    """Applies the pattern in one walk; 1 where something changed. Raises PassFailed where what it leaves does not verify."""
    before = str(module)
    kept = _bare(pattern)
    walk_and_apply_patterns(module, PDLModule(kept).freeze())
    try:
        module.verify()
    except ir.MLIRError as error:
        raise PassFailed(f"the pattern '{pattern.name}' leaves an invalid module: {error}") from None
    return int(str(module) != before)


def _bare(pattern: Pattern) -> ir.Module:
    """The patterns alone: the driver wants a module without attributes of ours."""
    inner = "\n".join(str(op) for op in pattern.module.body.operations if op.operation.name == "pdl.pattern")
    return ir.Module.parse(f"module {{\n{inner}\n}}", pattern.module.context)


def prove(pattern: Pattern) -> Answer:
    """The proof on floats: the operations that the pattern names, on numbers nobody knows, before and after."""
    from xpiler.propose.patterns.proof import prove as prove_pair

    found = [op.operation for op in pattern.module.body.operations if op.operation.name == "pdl.pattern"]
    answers = [prove_pair(_pair(pattern, one)) for one in found]
    wrong = next((a for a in answers if a.verdict is not Verdict.PROVED), None)
    return wrong or answers[0]


def _pair(pattern: Pattern, one: ir.Operation) -> Pattern:
    """@before built from the match, @after by applying the pattern to it."""
    body, inputs, result = _matched(one)
    arguments = ", ".join(f"%{name}: f32" for name in inputs)
    function = f"func.func @NAME({arguments}) -> f32 {{\n{body}\nreturn %{result} : f32\n}}"
    after = ir.Module.parse(f"module {{ {function.replace('NAME', 'after')} }}", pattern.module.context)
    if not apply(pattern, after.operation):
        raise PassFailed("the pattern does not match what it describes", hint="a proof takes patterns on f32")
    inner = str(next(iter(after.body.operations)))
    text = f'module attributes {{xpiler.pattern = "{pattern.name}", xpiler.target = #xpiler.target<"{pattern.target}">}} {{\n'
    text += f"{function.replace('NAME', 'before')}\n{inner}\n}}"
    return Pattern(pattern.name, pattern.target, ir.Module.parse(text, pattern.module.context), text)


def _matched(one: ir.Operation) -> tuple[str, list[str], str]:
    """The operations to match as text in generic form, the names of the operands, the name of the last result."""
    names: dict[ir.Value, str] = {}
    lines, inputs, last = [], [], ""
    for op in one.regions[0].blocks[0].operations:
        op = op.operation
        if op.name == "pdl.operand":
            inputs.append(names.setdefault(op.results[0], f"x{len(names)}"))
        elif op.name == "pdl.result":
            names[op.results[0]] = names[op.operands[0]]
        elif op.name == "pdl.operation":
            last = names.setdefault(op.results[0], f"v{len(names)}")
            lines.append(_line(op, last, names))
    return "\n".join(lines), inputs, last


def _line(op: ir.Operation, result: str, names: dict[ir.Value, str]) -> str:
    operands = [v for v in op.operands if v in names]
    attributes = [(ir.StringAttr(n).value, v) for n, v in zip(_attribute_names(op), _attribute_values(op), strict=False)]
    stated = ", ".join(f"{name} = {v.owner.attributes['value']}" for name, v in attributes if "value" in v.owner.attributes)
    types = ", ".join("f32" for _ in operands)
    values = ", ".join(f"%{names[v]}" for v in operands)
    return f'%{result} = "{ir.StringAttr(op.attributes["opName"]).value}"({values}) {{{stated}}} : ({types}) -> f32'


def _attribute_names(op: ir.Operation) -> list[ir.Attribute]:
    return list(ir.ArrayAttr(op.attributes["attributeValueNames"])) if "attributeValueNames" in op.attributes else []


def _attribute_values(op: ir.Operation) -> list[ir.Value]:
    return [v for v in op.operands if str(v.type) == "!pdl.attribute"]
