"""What a kernel is called: its symbol in the module, and how the file's own C++ names it."""

from __future__ import annotations

from clang.cindex import Cursor, CursorKind


def symbol_of(kernel: Cursor) -> str:
    """A kernel's name in the module: an instantiation is named after its arguments (`softmax_float_256`)."""
    words = [kernel.spelling, *(argument.replace("-", "minus") for argument in _template_arguments(kernel))]
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
            found.append(str(kernel.get_template_argument_value(position)))
    return found
