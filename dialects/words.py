"""Enum attributes as words: `kind="add"` in, `"add"` out.

Every enum of our dialects is spelled `#dialect.enum_name<word>`, or `#dialect<enum_name word>` for the few that
an operation prints bare (`cuda.thread_id x`). The generated builders take words once this module is imported.
"""

from __future__ import annotations

import re

from mlir import ir

ASYNC = "xpiler.async"  # a unit attribute on a store: the end of an asynchronous copy
BARE = {"dim", "layout", "filter_layout"}

ENUMS = {
    "xpiler": ("copy_kind", "task_kind"),
    "bang": (
        "space",
        "index_kind",
        "direction",
        "unary_kind",
        "binary_kind",
        "fusion_kind",
        "pool_kind",
        "arg_kind",
        "rounding",
        "filter_layout",
        "atomic_kind",
        "sync_kind",
        "barrier_kind",
    ),
    "vnni": ("dot_kind", "rounding", "narrow_kind", "estimate_kind"),
}
ENUMS["cuda"] = ENUMS["hip"] = (
    "space",
    "dim",
    "barrier_kind",
    "shuffle_kind",
    "vote_kind",
    "atomic_kind",
    "approx_kind",
    "approx_binary_kind",
    "layout",
)


def enum(dialect: str, name: str, word: str, context: ir.Context | None = None) -> ir.Attribute:
    """The attribute of an enum: `enum("cuda", "shuffle_kind", "xor")` is `#cuda.shuffle_kind<xor>`."""
    text = f"#{dialect}<{name} {word}>" if name in BARE else f"#{dialect}.{name}<{word}>"
    return ir.Attribute.parse(text, context)


def word(attribute: ir.Attribute) -> str:
    """The word an enum or string attribute holds."""
    if isinstance(attribute, ir.StringAttr):
        return attribute.value
    match = re.fullmatch(r"#\w+(?:\.\w+)?<(?:\w+ )?(\w+)>", str(attribute))
    if not match:
        raise ValueError(f"not an enum attribute: {attribute}")
    return match[1]


def space(buffer: ir.Type) -> str:
    """The word of a memref type's memory space; "" for the default space."""
    attribute = ir.MemRefType(buffer).memory_space
    return "" if attribute is None else word(attribute)


def _register(dialect: str, name: str) -> None:
    camel = "".join(part.capitalize() for part in name.split("_"))
    ir.register_attribute_builder(f"{dialect.capitalize()}_{camel}Attr", replace=True)(
        lambda value, context: enum(dialect, name, str(value), context)
    )


for _dialect, _names in ENUMS.items():
    for _name in _names:
        _register(_dialect, _name)
