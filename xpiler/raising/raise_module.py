"""The road from the platform form of any platform to the shared form."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module

from mlir import ir
from mlir.passmanager import PassManager

from xpiler.diagnostics import InvalidInput
from xpiler.frontend.parameters import RECORDS
from xpiler.raising.allocation_extents import state_allocated_extents, stated_extents
from xpiler.raising.counted_while import count_whiles
from xpiler.raising.footprint_extents import state_footprint_extents
from xpiler.raising.index_arithmetic import to_index_arithmetic
from xpiler.raising.launch_guards import tell_guarded_launches
from xpiler.raising.launch_products import state_launch_products
from xpiler.raising.launchers import reduce_launches
from xpiler.raising.size_facts import assume_extents_fit, assume_sizes
from xpiler.raising.structure import kernels, launchers, operations

SHARED = "shared"

# platform -> package whose `raise_kernel(module, kernel)` raises one kernel in place
RAISERS = {
    "cuda": "xpiler.raising.simt",
    "hip": "xpiler.raising.simt",
    "bang": "xpiler.raising.bang",
    "vnni": "xpiler.raising.vnni",
}


def raise_module(module: ir.Module, *, normalize: bool = True) -> ir.Module:
    """A new module in shared form, whose kernels each mean one whole launch; `module` is left as it is.

    Without `normalize` the loops stay as the platform cut them.
    """
    with module.context, ir.Location.unknown(module.context):
        raised = _copy(module)
        platform = platform_of(module)
        if platform == SHARED:
            return raised
        raise_kernel = _raiser(platform)
        _drop_global_spaces(raised)
        for launcher in launchers(raised):
            tell_guarded_launches(launcher)
        for kernel in kernels(raised):
            if RECORDS in kernel.attributes:  # the output takes their fields
                del kernel.attributes[RECORDS]
            raise_kernel(raised, kernel)
        for kernel in kernels(raised):
            state_allocated_extents(raised, kernel)
            state_launch_products(raised, kernel)
            assume_sizes(kernel)
            _count_loops(kernel)
            to_index_arithmetic(kernel)
        reduce_launches(raised)
        _retarget(raised, module)
        if normalize:
            _normalize(raised)
        return raised


def platform_of(module: ir.Module) -> str:
    """The platform a module is written for, from its `xpiler.target`."""
    attributes = module.operation.attributes
    if "xpiler.target" not in attributes:
        raise InvalidInput(
            "the module does not say which platform it is written for", hint='give it xpiler.target = #xpiler.target<"cuda">'
        )
    return re.search(r'"(\w+)"', str(attributes["xpiler.target"])).group(1)


def _copy(module: ir.Module) -> ir.Module:
    copy = ir.Module.create()
    for name in module.operation.attributes:
        copy.operation.attributes[name] = module.operation.attributes[name]
    for op in module.body.operations:
        op.operation.clone(ip=ir.InsertionPoint(copy.body))
    return copy


def _raiser(platform: str) -> Callable[[ir.Module, ir.Operation], ir.Operation]:
    """The function that raises one kernel of a platform."""
    if platform not in RAISERS:
        raise InvalidInput(f"no kernels of platform '{platform}' can be raised", hint=f"the platforms are {', '.join(RAISERS)}")
    return import_module(RAISERS[platform]).raise_kernel


def _drop_global_spaces(module: ir.Module) -> None:
    """Constant arrays lie in the default space; raising a kernel does the same for what reads them."""
    for op in operations(module.body):
        if op.name == "memref.global":
            old = ir.MemRefType(ir.TypeAttr(op.attributes["type"]).value)
            op.attributes["type"] = ir.TypeAttr.get(ir.MemRefType.get(old.shape, old.element_type, old.layout))


def _normalize(raised: ir.Module) -> None:
    from xpiler.passes import pass_class

    for kernel in kernels(raised):
        pass_class("normalize")().apply(raised.context, kernel)
        stated = stated_extents(kernel)
        state_footprint_extents(kernel)
        assume_extents_fit(kernel, stated_extents(kernel) - stated)


def _count_loops(kernel: ir.Operation) -> None:
    """Loops whose step only folding shows to be constant are counted ones."""
    PassManager.parse("func.func(sccp)").run(kernel)
    count_whiles(kernel)


def _retarget(raised: ir.Module, module: ir.Module) -> None:
    attributes = raised.operation.attributes
    attributes["xpiler.origin"] = module.operation.attributes["xpiler.target"]
    attributes["xpiler.target"] = ir.Attribute.parse('#xpiler.target<"shared">', module.context)
