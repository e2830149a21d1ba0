"""Rewrites `kernel<<<grid, block, shared, stream>>>(arguments)` into a call of the runtime's launcher."""

from __future__ import annotations

from xpiler.diagnostics import InvalidInput, Place
from xpiler.platforms.simt.kernels import Kernel
from xpiler.platforms.simt.tokens import CLOSING, OPENING, Cursor, Token

# Names our own headers overload: a kernel of that name is found by its arguments, not by its address.
_OVERLOADED = set("min max abs exp log sin cos tan sqrt pow floor ceil round tanh erf fma fmax fmin".split())


def rewrite_launches(tokens: list[Token], kernels: list[Kernel], file: str) -> None:
    """Rewrites every launch in place."""
    names = [kernel.name for kernel in kernels]
    deduced = {kernel.name for kernel in kernels if kernel.template} | {name for name in names if names.count(name) > 1} | _OVERLOADED
    cursor = Cursor(tokens)
    for index, token in enumerate(tokens):
        if token.text == "<<<":
            _rewrite_launch(cursor, index, deduced, file)


def rewrite_instances(tokens: list[Token], kernels: list[Kernel]) -> None:
    """`kernel<float>` as a value becomes a call that remembers the instance, so that it can be launched by its address."""
    templates = {kernel.name for kernel in kernels if kernel.template}
    cursor = Cursor(tokens)
    for index, token in enumerate(tokens):
        following = cursor.after(index)
        if token.text not in templates or token.kind != "word" or cursor.text(following) != "<":
            continue
        last = cursor.closing_angle(following)
        if last > 0 and cursor.text(cursor.after(last)) in (",", ")", ";", ":", "}"):
            first = _qualified_from(cursor, index)
            if _is_launched_by_macro(cursor, first):
                continue
            tokens[first].text = f"::xpiler_simt::instance<{tokens[first].text}"
            tokens[last].text += f'>("{token.text}")'


def _is_launched_by_macro(cursor: Cursor, index: int) -> bool:
    """Whether an instance is what `hipLaunchKernelGGL` launches: the macro calls it by its name."""
    before = cursor.before(index)
    while cursor.text(before) in ("(", "HIP_KERNEL_NAME"):
        before = cursor.before(before)
    return cursor.text(before) == "hipLaunchKernelGGL"


def _qualified_from(cursor: Cursor, index: int) -> int:
    """The first token of `ns::kernel`, its address-of included."""
    while cursor.text(cursor.before(index)) == "::" and cursor.tokens[cursor.before(cursor.before(index))].kind == "word":
        index = cursor.before(cursor.before(index))
    return cursor.before(index) if cursor.text(cursor.before(index)) == "&" else index


def _rewrite_launch(cursor: Cursor, index: int, deduced: set[str], file: str) -> None:
    tokens = cursor.tokens
    first, name = _callee(cursor, index)
    close = _configuration_end(cursor, index)
    if first < 0 or close < 0:
        raise InvalidInput("this kernel launch is not complete", Place(file, tokens[index].line))
    callee = cursor.join(first, index).strip()
    shape = cursor.join(index + 1, close)
    if name in deduced:
        call = f"[&](auto... xpiler_a) {{ {callee}(xpiler_a...); }}"
        start = f'::xpiler_simt::deduced_launch("{name}", ::xpiler_simt::launch_shape({shape}), {call})'
    else:
        start = f'::xpiler_simt::function_launch("{name}", ::xpiler_simt::launch_shape({shape}), {callee})'
    for token in tokens[first : close + 3]:
        token.text = ""
    tokens[first].text = start


def _callee(cursor: Cursor, index: int) -> tuple[int, str]:
    """The first token of the expression before `<<<` and the kernel's name; (-1, "") if there is none."""
    last = cursor.before(index)
    if cursor.text(last) == ">":
        last = cursor.before(cursor.opening_angle(last))
    if last < 0 or cursor.tokens[last].kind != "word":
        return _parenthesised(cursor, last)
    first = _pasted_from(cursor, last)
    while cursor.text(before := cursor.before(first)) in ("::", ".", "->"):
        first = before
        qualifier = cursor.before(before)
        if cursor.text(qualifier) == ">":
            qualifier = cursor.before(cursor.opening_angle(qualifier))
        if qualifier < 0 or cursor.tokens[qualifier].kind != "word" or cursor.text(qualifier) in ("return", "else", "do"):
            break
        first = qualifier
    return first, cursor.text(last)


def _pasted_from(cursor: Cursor, index: int) -> int:
    """The first word of a name that a macro pastes together, `name##_kernel`."""
    while cursor.text(last := cursor.before(index)) == "#" and cursor.text(hash_ := cursor.before(last)) == "#":
        index = cursor.before(hash_)
    return index


def _parenthesised(cursor: Cursor, close: int) -> tuple[int, str]:
    """A callee in parentheses: `(kernel)<<<...>>>`, `(*pointer)<<<...>>>`."""
    depth, index = 0, close
    while index >= 0:
        depth += (cursor.text(index) in CLOSING) - (cursor.text(index) in OPENING)
        if depth == 0:
            return (index, "kernel") if cursor.text(index) == "(" else (-1, "")
        index = cursor.before(index)
    return -1, ""


def _configuration_end(cursor: Cursor, index: int) -> int:
    """The first of the three `>` that close the configuration; -1 if they are missing."""
    index = cursor.after(index)
    while index < len(cursor.tokens):
        text = cursor.text(index)
        if text in OPENING:
            index = cursor.closing(index)
        elif text == ">" and cursor.join(index, index + 3) == ">>>":
            return index
        index = cursor.after(index)
    return -1
