"""Finds the kernels a file defines: name, namespace, parameters, whether it is a template."""

from __future__ import annotations

from dataclasses import dataclass

from xpiler.platforms.simt.tokens import Cursor, Token

_NOT_NAMES = {"__launch_bounds__", "__attribute__", "__cluster_dims__", "__maxnreg__", "alignas", "__align__", "decltype"}


@dataclass(frozen=True)
class Kernel:
    """One `__global__` function; `parameters` is the text between its parentheses."""

    name: str
    scope: str
    parameters: str
    template: bool
    line: int

    @property
    def qualified(self) -> str:
        """The name from the global namespace on."""
        return f"::{self.scope}{self.name}"


def find_kernels(tokens: list[Token]) -> list[Kernel]:
    """The kernels in the order of the file, declarations included once."""
    cursor, kernels, seen = Cursor(tokens), [], set()
    scopes: list[str] = []
    index = cursor.after(-1)
    statement_has_template = False
    while index < len(tokens):
        text = tokens[index].text
        if text == "template" and cursor.text(cursor.after(index)) == "<":
            statement_has_template = True
        elif text == "__global__" and not inside_directive(tokens, index):
            kernel = _kernel_at(cursor, index, scopes, statement_has_template)
            if kernel and (kernel.qualified, kernel.parameters) not in seen:
                seen.add((kernel.qualified, kernel.parameters))
                kernels.append(kernel)
        elif text == "{":
            scopes.append(_scope_opened(cursor, index))
            statement_has_template = False
        elif text == "}":
            if scopes:
                scopes.pop()
            statement_has_template = False
        elif text == ";":
            statement_has_template = False
        index = cursor.after(index)
    return kernels


def inside_directive(tokens: list[Token], index: int) -> bool:
    """Whether the token is part of a preprocessor line."""
    while index > 0 and tokens[index - 1].kind != "newline":
        index -= 1
    while index < len(tokens) and tokens[index].kind in ("space", "comment"):
        index += 1
    return index < len(tokens) and tokens[index].text == "#"


def _kernel_at(cursor: Cursor, index: int, scopes: list[str], template: bool) -> Kernel | None:
    """Reads on from `__global__` to the name before the parameter list."""
    line = cursor.tokens[index].line
    while (text := cursor.text(index)) not in (";", "{", ""):
        following = cursor.after(index)
        if cursor.text(following) == "(":
            close = cursor.closing(following)
            if cursor.tokens[index].kind == "word" and text not in _NOT_NAMES:
                return Kernel(text, "".join(scopes), cursor.join(following + 1, close), template, line)
            following = cursor.after(close)
        index = following
    return None


def _scope_opened(cursor: Cursor, index: int) -> str:
    """`name::` if the brace at `index` opens a named namespace, else nothing."""
    name = cursor.before(index)
    if cursor.tokens[name].kind != "word" or cursor.text(name) == "namespace":
        return ""
    names = [cursor.text(name)]
    before = cursor.before(name)
    while cursor.text(before) == "::":
        name = cursor.before(before)
        names.insert(0, cursor.text(name))
        before = cursor.before(name)
    return "::".join(names) + "::" if cursor.text(before) == "namespace" else ""
