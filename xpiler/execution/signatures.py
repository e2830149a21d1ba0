"""What can be called in a CUDA, HIP or BANG file, read from its text: kernels and host functions with their parameters.

Needs no compiler and no front end, so that any file the simulators build can be run. Templates and functions inside
classes are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from xpiler.platforms.simt.tokens import Cursor, Token, tokenise

KERNEL_WORDS = {"__global__", "__mlu_global__", "__mlu_entry__"}
DEVICE_WORDS = {"__device__", "__mlu_device__", "__mlu_func__", "__mlu_builtin__"}
_STATEMENT = {"if", "for", "while", "switch", "return", "sizeof", "catch", "defined", "__attribute__", "__launch_bounds__", "alignas"}
_DTYPES = {
    "float": "float32", "double": "float64", "bool": "bool", "void": "uint8",
    "half": "float16", "__half": "float16", "_Float16": "float16", "__fp16": "float16", "float16": "float16",
    "bfloat16_t": "uint16", "__nv_bfloat16": "uint16", "nv_bfloat16": "uint16", "__hip_bfloat16": "uint16", "hip_bfloat16": "uint16",
    "char": "int8", "short": "int16", "int": "int32", "long": "int64", "size_t": "uint64", "uint": "uint32",
    "float2": "float32", "float3": "float32", "float4": "float32", "int2": "int32", "int4": "int32", "uint4": "uint32", "half2": "float16",
    **{f"{sign}int{bits}_t": f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)},
}  # fmt: skip


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name, the numpy type of its elements (bfloat16 as uint16), and whether it is a pointer."""

    name: str
    dtype: str
    is_pointer: bool
    is_const: bool = False


@dataclass(frozen=True)
class Function:
    """A kernel or a host function with a body; `parameters` is None where a type is not known here.

    `launches` tells a host function that starts a kernel, `exported` one with C's linkage.
    """

    name: str
    is_kernel: bool
    parameters: tuple[Parameter, ...] | None
    line: int
    launches: bool = False
    exported: bool = False


def functions(text: str) -> list[Function]:
    """The functions of `text` in order: what stands in directives, classes and templates is no function of its own."""
    tokens = [token for token in tokenise(_without_directives(text)) if not token.blank]
    cursor, found = Cursor(tokens), []
    scopes: list[bool] = []  # whether each open scope is `extern "C"`
    index = start = 0
    while index < len(tokens):
        text_here = tokens[index].text
        if text_here in (";", "}"):
            scopes = scopes[:-1] if text_here == "}" else scopes
            start = index + 1
        elif text_here == "{":
            head = tokens[start:index]
            if function := _function(head):
                body = tokens[index : cursor.closing(index)]
                exported = any(scopes) or '"C"' in [token.text for token in head]
                found.append(replace(function, exported=exported, launches=any(t.text == "<<<" or "Launch" in t.text for t in body)))
            if _opens_scope(head):
                scopes.append('"C"' in head[-1].text)
            else:
                index = cursor.closing(index)
            start = index + 1
        index += 1
    return found


def _without_directives(text: str) -> str:
    """Preprocessor lines blanked, line numbers kept."""
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda match: "\n" * match.group().count("\n"), text, flags=re.MULTILINE)


def _opens_scope(head: list[Token]) -> bool:
    words = [token.text for token in head]
    return "namespace" in words or words == ["extern", '"C"']


def _function(head: list[Token]) -> Function | None:
    """The function whose body the tokens `head` stand before."""
    words = [token.text for token in head]
    if "template" in words or "operator" in words:
        return None
    for index, token in enumerate(head[:-1]):
        if token.kind == "word" and words[index + 1] == "(" and token.text not in _STATEMENT:
            if index == 0 or words[index - 1] in ("::", "=") or DEVICE_WORDS & set(words[:index]):
                return None
            close = Cursor(head).closing(index + 1)
            return Function(token.text, bool(KERNEL_WORDS & set(words[:index])), _parameters(head[index + 2 : close]), token.line)
    return None


def _parameters(tokens: list[Token]) -> tuple[Parameter, ...] | None:
    parts: list[list[str]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text in "([{<") - (token.text in ")]}>")
        if token.text == "," and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token.text)
    if parts in ([[]], [["void"]]):
        return ()
    made = [_parameter(part) for part in parts]
    return None if None in made else tuple(p for p in made if p)


def _parameter(words: list[str]) -> Parameter | None:
    """`const float *__restrict__ x` with or without a default value; None where the type is not one of numpy's."""
    words = words[: words.index("=")] if "=" in words else words
    is_array = "[" in words
    words = words[: words.index("[")] if is_array else words
    names = [
        w for w in words if re.fullmatch(r"[A-Za-z_]\w*", w) and w not in ("const", "volatile", "__restrict__", "__restrict", "restrict")
    ]
    if len(names) < 2 or "&" in words or words.count("*") > 1:
        return None
    dtype = _dtype(names[:-1])
    return Parameter(names[-1], dtype, is_array or "*" in words, "const" in words) if dtype else None


def _dtype(names: list[str]) -> str:
    kinds = [n for n in names if n in _DTYPES]
    unsigned = "unsigned" in names
    if "long" in kinds or (kinds[:1] == ["int"] and not unsigned):
        kinds = [next((k for k in kinds if k != "int"), "int")]
    base = _DTYPES[kinds[0]] if kinds else "int32" if unsigned or "signed" in names else ""
    return f"u{base}" if unsigned and base.startswith("int") else base
