"""A proposed program: a module in the target's platform form. Its names and strings reach C text, so they are looked at first."""

from __future__ import annotations

import re

from mlir import ir

from xpiler.diagnostics import PassFailed
from xpiler.frontend.comments import NAME as COMMENTS
from xpiler.platforms.target import target_of

LONGEST = 400_000  # characters
IDENTIFIER = re.compile(r"[A-Za-z_]\w{0,127}")
WORDS = re.compile(r"[\w *&,.:<>=()\[\]+/'-]{0,200}")  # types and messages: nothing that ends a string, a line or a statement


def module_of(text: str, platform: str, source: ir.Module, *, verified: bool = True) -> ir.Module:
    """The module of a proposal for a source, in its context and with its comments; one that is to be mended need not be `verified`.

    Raises PassFailed where it does not parse or verify, is for another platform, or names what no C name is.
    """
    if len(text) > LONGEST:
        raise PassFailed(f"the program has {len(text)} characters", hint=f"at most {LONGEST} are read")
    try:
        module = ir.Module.parse(text, source.context)
        if verified:
            module.operation.verify()
    except ir.MLIRError as error:
        diagnostics = error.error_diagnostics
        raise PassFailed(f"the program is not valid MLIR: {diagnostics[0].message if diagnostics else error}") from None
    target = target_of(module)
    if target is None or target.platform != platform:
        raise PassFailed(f"the program is not for '{platform}'", hint=f'expected xpiler.target = #xpiler.target<"{platform}", ...>')
    if COMMENTS in module.operation.attributes:
        del module.operation.attributes[COMMENTS]
    found: list[ir.Operation] = []
    module.operation.walk(lambda op: (found.append(op), ir.WalkResult.ADVANCE)[1])
    for op in found:  # a refusal inside the walk would come out as the binding's error
        _only_plain_names(op)
    _take_comments(module.operation, source.operation)
    return module


def _take_comments(module: ir.Operation, source: ir.Operation) -> None:
    """What an output says to a reader, and its authors' notice, are the source's: a proposal has no words of its own. Of the comments
    on statements none are taken, as the lines of a proposal are those of its own text.
    """
    if COMMENTS in source.attributes:
        kept = ir.DictAttr(source.attributes[COMMENTS])
        parts = {entry.name: entry.attr for entry in kept}
        module.attributes[COMMENTS] = ir.DictAttr.get({**parts, "about": ir.ArrayAttr.get([], source.context)}, source.context)


def _only_plain_names(op: ir.Operation) -> None:
    _plain_location(op.location)
    for region in op.regions:
        for block in region:
            for argument in block.arguments:
                _plain_location(argument.location)
    for name in op.attributes:
        _plain_attribute(name, op.attributes[name])


def _plain_attribute(name: str, attribute: ir.Attribute) -> None:
    if isinstance(attribute, ir.StringAttr):
        value = ir.StringAttr(attribute).value
        allowed = IDENTIFIER if name in ("sym_name", "xpiler.name") else WORDS
        if not allowed.fullmatch(value):
            raise PassFailed(f"the attribute '{name}' holds what no name or type is: '{value[:40]}'")
    elif isinstance(attribute, ir.DictAttr):
        for entry in attribute:
            _plain_attribute(entry.name, entry.attr)
    elif isinstance(attribute, ir.ArrayAttr):
        for item in attribute:
            _plain_attribute(name, item)


def _plain_location(location: ir.Location) -> None:
    if location.is_a_name():
        if not IDENTIFIER.fullmatch(location.name_str):
            raise PassFailed(f"'{location.name_str[:40]}' is no name of a variable")
        _plain_location(location.child_loc)
