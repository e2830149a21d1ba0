"""What changes no value: fences, stores around the caches, registers left undefined (zero here), mask words."""

from __future__ import annotations

from collections.abc import Iterator

from mlir import ir
from mlir.dialects import arith

from xpiler.frontend.vnni.intrinsic import Intrinsic
from xpiler.frontend.vnni.memory import load, store
from xpiler.frontend.vnni.registers import WIDTHS, Lanes, prefix, splat

NOTHING = ("_mm_sfence", "_mm_lfence", "_mm_mfence", "_mm_pause", "_mm256_zeroupper", "_mm256_zeroall")
WORD = "__mmask16"


def rows() -> Iterator[Intrinsic]:
    """Every row of this file."""
    for name in NOTHING:
        yield Intrinsic(name, "void", (), lambda: None)
    for width in WIDTHS:
        for suffix in ("ps", "pd", f"si{width}"):
            lanes = Lanes(width, "epi32" if suffix.startswith("si") else suffix)
            pointer = {"ps": "float *", "pd": "double *"}.get(suffix, "void *")
            put = lambda p, v, lanes=lanes: store(p, v, lanes, aligned=True)  # noqa: E731
            yield Intrinsic(f"{prefix(width)}_stream_{suffix}", "void", (pointer, lanes.register), put)
            name = "epi32" if suffix == "si512" else suffix
            yield Intrinsic(f"{prefix(width)}_undefined_{name}", lanes.register, (), lambda lanes=lanes: splat(lanes.type, 0))
        whole = Lanes(width, "epi32")
        get = lambda p, lanes=whole: load(p, lanes, aligned=True)  # noqa: E731
        yield Intrinsic(f"{prefix(width)}_stream_load_si{width}", whole.register, ("const void *",), get)
    yield from _words()


def _words() -> Iterator[Intrinsic]:
    """The older spellings of arithmetic on masks of sixteen bits."""
    inverse = lambda k: arith.xori(k, arith.constant(k.type, -1))  # noqa: E731
    for op, compute in (
        ("kand", arith.andi),
        ("kor", arith.ori),
        ("kxor", arith.xori),
        ("kandn", lambda a, b: arith.andi(inverse(a), b)),
        ("kxnor", lambda a, b: inverse(arith.xori(a, b))),
    ):
        yield Intrinsic(f"_mm512_{op}", WORD, (WORD, WORD), compute)
    for bits in (8, 16, 32, 64):
        mask = f"__mmask{bits}"
        yield Intrinsic(f"_kandn_mask{bits}", mask, (mask, mask), lambda a, b: arith.andi(inverse(a), b))
        yield Intrinsic(f"_kxnor_mask{bits}", mask, (mask, mask), lambda a, b: inverse(arith.xori(a, b)))
    yield Intrinsic("_mm512_knot", WORD, (WORD,), inverse)
    yield Intrinsic("_mm512_int2mask", WORD, ("int",), lambda k: arith.trunci(ir.IntegerType.get_signless(16), k))
    yield Intrinsic("_mm512_mask2int", "int", (WORD,), lambda k: arith.extui(ir.IntegerType.get_signless(32), k))
