"""What a kernel is called: its symbol in the module, and how the file's own C++ names it."""

from __future__ import annotations

import re

from clang.cindex import Cursor, CursorKind, TypeKind

PARAMETERS = {CursorKind.TEMPLATE_TYPE_PARAMETER, CursorKind.TEMPLATE_NON_TYPE_PARAMETER, CursorKind.TEMPLATE_TEMPLATE_PARAMETER}


LAMBDA = re.compile(r"\(lambda at .*?:(\d+):(\d+)\)")


def symbol_of(kernel: Cursor) -> str:
    """A kernel's name in the module: an instantiation is named after its arguments (`softmax_float_256`), a lambda by where it begins."""
    arguments = [LAMBDA.sub(r"lambda_\1_\2", argument) for argument in _template_arguments(kernel)]
    words = [kernel.spelling, *(argument.replace("-", "minus") for argument in arguments)]
    return "_".join("".join(character if character.isalnum() else "_" for character in word).strip("_") for word in words)


def spelled(kernel: Cursor) -> str:
    """A kernel's name at the end of its file: `models::softmax<float, 256>`."""
    names, parent = [kernel.spelling], kernel.semantic_parent
    while parent is not None and parent.kind == CursorKind.NAMESPACE:
        names.insert(0, parent.spelling)
        parent = parent.semantic_parent
    arguments = _template_arguments(kernel)
    qualified = "::".join(name for name in names if name and not name.startswith("("))
    return f"{qualified}<{', '.join(arguments)}>" if arguments else qualified


def _template_arguments(kernel: Cursor) -> list[str]:
    """Its types and numbers as text; what is neither has none."""
    found = []
    for position in range(max(kernel.get_num_template_arguments(), 0)):
        kind = kernel.get_template_argument_kind(position).name
        if kind == "TYPE":
            found.append(kernel.get_template_argument_type(position).spelling)
        elif kind == "INTEGRAL":
            found.append(_number(kernel, position))
    return found


def _number(kernel: Cursor, position: int) -> str:
    """A number; `true` or `false` where the template's parameter is a bool, which clang gives as -1 or 0."""
    value = kernel.get_template_argument_value(position)
    template = kernel.specialized_template
    parameters = [child for child in template.get_children() if child.kind in PARAMETERS] if template is not None else []
    is_bool = position < len(parameters) and parameters[position].type.get_canonical().kind == TypeKind.BOOL
    return ("true" if value else "false") if is_bool else str(value)
