"""Turns CUDA's inline assembly into calls: each statement is one instruction of the table, its operands C++ expressions.

`asm volatile("cp.async.cg.shared.global [%0], [%1], 16;" :: "r"(to), "l"(from));` becomes
`do { ::xpiler_simt::ptx::cp_async(to, from, 16); } while (0);`. An instruction outside the table is refused where it stands.
"""

from __future__ import annotations

import re

from xpiler.diagnostics import Place, Unsupported
from xpiler.platforms.simt.tokens import OPENING, Cursor, Token

_NUMBER_TYPES = {
    "f16": "__half",
    "bf16": "__nv_bfloat16",
    "tf32": "::xpiler_simt::ptx::Tf32",
    "f32": "float",
    "s8": "signed char",
    "u8": "unsigned char",
    "s32": "int",
    "f64": "double",
    "e4m3": "::xpiler_simt::ptx::E4m3",
    "e5m2": "::xpiler_simt::ptx::E5m2",
}
_MEMORY_TYPES = {
    **{f"{sign}{bits}": f"std::uint{bits}_t" for sign in "bu" for bits in (8, 16, 32, 64)},
    **{f"s{bits}": f"std::int{bits}_t" for bits in (8, 16, 32, 64)},
    "f32": "float",
    "f64": "double",
}
_UPDATES = ("add", "min", "max", "inc", "dec", "and", "or", "xor", "exch", "cas")
# How a load or store is ordered and cached; the first group makes it one that threads poll.
_ORDER = r"(?:\.(?:weak|ca|cg|cs|lu|cv|wb|wt|nc|L[12]::\w+))*"
_POLLED = r"(\.(?:volatile|mmio)|\.(?:relaxed|acquire|release)\.(?:cta|gpu|sys))?"
# Instructions by pattern, and the function that stands for each; groups become template arguments.
_TABLE: tuple[tuple[str, str], ...] = (
    (r"mma\.sync\.aligned\.m(\d+)n8k(\d+)\.row\.col(\.satfinite)?\.(f32|f16|s32|f64)\.(\w+)\.(\w+)\.(?:f32|f16|s32|f64)", "mma"),
    (r"ldmatrix\.sync\.aligned\.m8n8\.x([124])(\.trans)?\.shared(?:::cta)?\.b16", "ldmatrix"),
    (r"stmatrix\.sync\.aligned\.m8n8\.x([124])(\.trans)?\.shared(?:::cta)?\.b16", "stmatrix"),
    (rf"(ld|st){_POLLED}(?:\.(global|shared|const)(?:::cta)?)?{_ORDER}(?:\.v([24]))?\.([busf]\d+)", "access"),
    (
        r"(atom|red)(?:\.(?:relaxed|acquire|release|acq_rel))?(?:\.(?:cta|cluster|gpu|sys))?(?:\.(global|shared)(?:::cta)?)?\.(\w+)\.([busf]\d+)",
        "atomic",
    ),
    (r"cp\.async\.c[ag]\.shared(?:::cta)?\.global(?:\.L2::\w+)?", "cp_async"),
    (r"cp\.async\.commit_group", "commit_group"),
    (r"cp\.async\.wait_group", "wait_group"),
    (r"cp\.async\.wait_all", "wait_all"),
    (r"bar(?:rier)?\.sync", "bar_sync"),
    (r"bar(?:rier)?\.arrive", "bar_arrive"),
    (r"(?:membar|fence)\.[\w.]+", "fence"),
    (r"mov\.[bus]32", "mov"),
    (r"ex2\.approx(?:\.ftz)?\.f32", "ex2"),
    (r"lg2\.approx(?:\.ftz)?\.f32", "lg2"),
    (r"rcp\.approx(?:\.ftz)?\.f32", "rcp"),
    (r"rsqrt\.approx(?:\.ftz)?\.f32", "rsqrt"),
    (r"sqrt\.approx(?:\.ftz)?\.f32", "sqrt"),
    (r"tanh\.approx\.f32", "tanh"),
    (r"cvt\.rna\.tf32\.f32", "cvt_tf32"),
)
_REGISTERS = {"laneid": "int(::xpiler_simt::lane_id())", "warpid": "int(::xpiler_simt::warp_id())"}
_OPERAND = re.compile(r"%%?(\w+)|\[|\]|\{|\}|,|\+|0[xX][0-9a-fA-F]+|\d+|\S")


def rewrite_assembly(tokens: list[Token], file: str) -> None:
    """Rewrites every asm statement in place."""
    cursor = Cursor(tokens)
    for index, token in enumerate(tokens):
        if token.kind == "word" and token.text in ("asm", "__asm__", "__asm"):
            _rewrite_statement(cursor, index, Place(file, token.line))


def _rewrite_statement(cursor: Cursor, index: int, place: Place) -> None:
    opening = cursor.after(index)
    while cursor.text(opening) in ("volatile", "__volatile__", "__volatile"):
        opening = cursor.after(opening)
    if cursor.text(opening) != "(":
        return
    close = cursor.closing(opening)
    template, operands = _parse(cursor, opening, close, place)
    calls = "".join(_call(statement, operands, place) for statement in _statements(template))
    lines = sum(token.text.count("\n") for token in cursor.tokens[index : close + 1])
    for token in cursor.tokens[index : close + 1]:
        token.text = ""
    cursor.tokens[index].text = f"do {{ {calls}}} while (0)" + "\n" * lines


def _parse(cursor: Cursor, opening: int, close: int, place: Place) -> tuple[str, list[str]]:
    """The text of the template, and the operands in order."""
    template, operands, section = "", [], 0
    index = cursor.after(opening)
    while index < close:
        token = cursor.tokens[index]
        if token.text in (":", "::"):
            section += len(token.text)
        elif token.kind == "string" and section == 0:
            template += _unquoted(token.text)
        elif token.kind == "string" and section in (1, 2):
            start = cursor.after(index)
            if cursor.text(start) not in OPENING:
                raise Unsupported("an operand of this inline assembly has no expression", place)
            end = cursor.closing(start)
            operands.append(f"({cursor.join(start + 1, end).strip()})")
            index = end
        elif section == 0:
            raise Unsupported("the text of this inline assembly is not a string literal", place)
        index = cursor.after(index)
    return template, operands


def _unquoted(literal: str) -> str:
    text = literal[literal.index('"') + 1 : -1]
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": " "}.get(match[1], match[1]), text)


def _statements(template: str) -> list[str]:
    """The instructions; a scope's own braces around them are dropped."""
    text = re.sub(r"//[^\n]*", "", template).strip()
    while text.startswith("{") and text.endswith("}"):
        text = text[1:-1].strip()
    return [statement.strip() for statement in text.split(";") if statement.strip()]


def _call(statement: str, operands: list[str], place: Place) -> str:
    opcode, _, rest = statement.partition(" ")
    for pattern, function in _TABLE:
        match = re.fullmatch(pattern, opcode)
        if match:
            if function == "mma" and not {match[5], match[6]} <= _NUMBER_TYPES.keys():
                break
            if function == "access":
                if match[5] not in _MEMORY_TYPES:
                    break
                function = {"ld": "load", "st": "store"}[match[1]]
            if function == "atomic":
                if match[3] not in _UPDATES or match[4] not in _MEMORY_TYPES:
                    break
                function = match[1]
            return f"::xpiler_simt::ptx::{function}{_template_arguments(function, match)}({_arguments(rest, operands, place)}); "
    raise Unsupported(f"inline assembly '{opcode}' is not in the simulator's table of instructions", place)


def _arguments(rest: str, operands: list[str], place: Place) -> str:
    """The operands in order, `{...}` and `[...]` flattened; an offset inside brackets is added."""
    arguments: list[str] = []
    adding = False
    for match in _OPERAND.finditer(rest):
        text = match.group()
        if text in "[]{},":
            adding = False
        elif text == "+":
            adding = True
        else:
            value = _value(match, operands, place)
            if adding:
                arguments[-1] = f"({arguments[-1]} + {value})"
            else:
                arguments.append(value)
    return ", ".join(arguments)


def _value(match: re.Match[str], operands: list[str], place: Place) -> str:
    name = match[1]
    if name is None:
        if not match.group()[0].isdigit():
            raise Unsupported(f"operand '{match.group()}' of this inline assembly is not understood", place)
        return match.group()
    if name.isdigit() and int(name) < len(operands):
        return operands[int(name)]
    if name in _REGISTERS:
        return _REGISTERS[name]
    raise Unsupported(f"register '%{name}' of this inline assembly is not understood", place)


def _template_arguments(function: str, match: re.Match[str]) -> str:
    if function == "mma":
        rows, depth, saturate, result, a, b = match.groups()
        return f"<{rows}, {depth}, {_NUMBER_TYPES[a]}, {_NUMBER_TYPES[b]}, {_NUMBER_TYPES[result]}, {str(bool(saturate)).lower()}>"
    if function in ("load", "store"):
        is_shared, is_polled = (str(bool(text)).lower() for text in (match[3] == "shared", match[2]))
        return f"<{_MEMORY_TYPES[match[5]]}, {match[4] or 1}, {is_shared}, {is_polled}>"
    if function in ("atom", "red"):
        return f"<::xpiler_simt::ptx::Atom{match[3].capitalize()}, {_MEMORY_TYPES[match[4]]}, {str(match[2] == 'shared').lower()}>"
    if function in ("ldmatrix", "stmatrix"):
        return f"<{match[1]}, {str(bool(match[2])).lower()}>"
    return ""
