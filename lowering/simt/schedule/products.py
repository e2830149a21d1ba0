"""Nests that are matrix products, each replaced by what a schedule makes of it."""

from __future__ import annotations

from collections.abc import Callable

from mlir import ir

from xpiler.analysis.contractions import MatrixProduct, matrix_product
from xpiler.analysis.effects import walk
from xpiler.analysis.forms import IndexForms
from xpiler.transforms.rewriting import functions, unnamed

Takes = Callable[[MatrixProduct], bool]
Emit = Callable[[MatrixProduct, IndexForms], None]


def replace_products(root: ir.Operation, takes: Takes, emit: Emit) -> None:
    """Writes by `emit`, in place of every nest of the functions below `root` that is a product it `takes`, another one."""
    for function in functions(root):
        while _replaced_one(function, takes, emit):
            pass


def _replaced_one(function: ir.Operation, takes: Takes, emit: Emit) -> bool:
    forms = IndexForms()
    for loop in [op for op in walk(function) if op.name == "scf.forall" and op.parent.operation == function]:
        product = matrix_product(loop, forms)
        if product is not None and takes(product):
            with ir.InsertionPoint(loop), unnamed(loop.location):
                emit(product, forms)
            loop.erase()
            return True
    return False
