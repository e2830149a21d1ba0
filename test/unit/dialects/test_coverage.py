"""Every operation has a meaning for each of its kinds, or belongs to the memory and schedule model."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest
from mlir import ir

from xpiler.dialects import semantics
from xpiler.dialects.semantics import Wanted, instantiate, is_model_op, operations

ROOM = Path(__file__).parents[3] / "dialects"
SHARED = ("cuda", "hip", "bang", "vnni")
TYPES = ("f32", "f16", "i32", "i8", "i16", "i1", "f64")


def all_operations() -> list[str]:
    """Every operation of the dialects, from the builders that ODS generates."""
    names = []
    for dialect in SHARED:
        module = importlib.import_module(f"xpiler.dialects.{dialect}")
        classes = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, ir.OpView)]
        names += [cls.OPERATION_NAME for cls in classes if hasattr(cls, "OPERATION_NAME")]
    return sorted(set(names))


@pytest.mark.parametrize("name", all_operations())
def test_operation_has_a_meaning_or_is_of_the_model(name):
    dialect, _, op = name.partition(".")
    shared = f"{semantics.FILES[dialect]}.{op}"
    assert is_model_op(name) != (shared in operations(semantics.FILES[dialect])), f"{name}: exactly one of meaning and model"


def kinds_of(text: str, enum: str) -> list[str]:
    """The words of an enum in a .td file."""
    return re.findall(r'"(\w+)"', re.search(rf'Kinds<"{enum}",\s*\[(.*?)\]', text, re.DOTALL)[1])


FAMILIES = {
    "cuda.shuffle": ("simt/SimtBase.td", "ShuffleKind"), "cuda.vote": ("simt/SimtBase.td", "VoteKind"),
    "cuda.barrier_reduce": ("simt/SimtBase.td", "BarrierKind"), "cuda.approx": ("simt/SimtBase.td", "ApproxKind"),
    "cuda.approx_binary": ("simt/SimtBase.td", "ApproxBinaryKind"), "cuda.atomic": ("simt/SimtBase.td", "AtomicKind"),
    "bang.unary": ("bang/BangAttrs.td", "UnaryKind"), "bang.binary": ("bang/BangAttrs.td", "BinaryKind"),
    "bang.fusion": ("bang/BangAttrs.td", "FusionKind"), "bang.pool": ("bang/BangAttrs.td", "PoolKind"),
    "bang.arg": ("bang/BangAttrs.td", "ArgKind"), "vnni.dot": ("vnni/VnniOps.td", "DotKind"),
    "bang.convert": ("bang/BangAttrs.td", "Rounding"), "bang.atomic": ("bang/BangAttrs.td", "AtomicKind"),
    "bang.atomic_reduce": ("bang/BangAttrs.td", "AtomicKind"), "vnni.convert": ("vnni/VnniOps.td", "Rounding"),
    "vnni.narrow": ("vnni/VnniOps.td", "NarrowKind"), "vnni.estimate": ("vnni/VnniOps.td", "EstimateKind"),
}  # fmt: skip
CASES = [(op, kind) for op, (file, enum) in FAMILIES.items() for kind in kinds_of((ROOM / file).read_text(), enum)]
WORDS = [(), ("scalar_scalar",), ("vector_vector",), ("scalar",), ("vector",)]


# Kinds that have no meaning yet, and are therefore refused by whoever meets them.
OPEN = {("bang.convert", "sr"), *((op, kind) for op in ("bang.atomic", "bang.atomic_reduce") for kind in ("xor", "inc", "dec", "cas"))}
OPEN.add(("bang.atomic_reduce", "exch"))


@pytest.mark.parametrize(("op", "kind"), CASES)
def test_every_kind_of_a_family_has_a_meaning(op, kind):
    forms = [Wanted(op, (kind,), frozenset(words), (t, u, u, u)) for words in WORDS for t in TYPES for u in (t, "f32", "i32", "i64", "i8")]
    found = any(instantiate(form) for form in forms)
    assert found != ((op, kind) in OPEN), f"{op}<{kind}>: a meaning for some type, or a place in OPEN"


def test_a_deleted_meaning_is_noticed(monkeypatch):
    kept = tuple(e for e in semantics.entries("simt") if all(h.op != "simt.shuffle" for h in e.headings))
    monkeypatch.setattr(semantics, "entries", lambda file: kept)
    assert "simt.shuffle" not in operations("simt")
    assert instantiate(Wanted("cuda.shuffle", ("xor",), types=("f32", "i32", "i32"))) is None
