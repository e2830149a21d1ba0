"""Trials of matrix fragments (wmma) and matrix cores (mfma): fragments are whole matrices, mfma's arrays the lanes' registers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from semantics_operands import BF16, DTYPES, F16, F32, F64, I8, I32, MARK, bfloat16_bits, numbers
from semantics_trials import Arrays, Step, Trial

from xpiler.dialects.mfma import MFMA_NAMES, mfma_form
from xpiler.dialects.semantics import Wanted

ELEMENTS = {F32: "float", F16: "__half", BF16: "__nv_bfloat16", F64: "double", I8: "signed char", I32: "int"}
SHAPES = ((16, 16, 16), (32, 8, 16), (8, 32, 16))
# Element types of a and b, and of c: bytes and floats of every shape, tf32 and double of one each.
PRODUCTS = [(operand, result, shape) for operand, result in ((F16, F32), (F16, F16), (BF16, F32), (I8, I32)) for shape in SHAPES]
PRODUCTS += [(F32, F32, (16, 16, 8)), (F64, F64, (8, 8, 4))]
LAYOUTS = ("row", "col")


def matrix_trials() -> Iterator[Trial]:
    """Every operation on fragments, and every mfma that has a meaning."""
    for accumulator, shape in dict.fromkeys((result, shape) for _, result, shape in PRODUCTS):
        yield from _accumulator(Fragment("accumulator", shape, accumulator))
    for operand, result, shape in PRODUCTS:
        for a_layout in LAYOUTS:
            for b_layout in LAYOUTS:
                yield _product(operand, result, shape, a_layout, b_layout)
    for name in MFMA_NAMES:
        yield _matrix_core(name)


# ---- Fragments ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fragment:
    """A fragment's type: `use` is matrix_a, matrix_b or accumulator."""

    use: str
    shape: tuple[int, int, int]
    element: str
    layout: str = ""

    @property
    def rows(self) -> int:
        """Rows of the matrix."""
        return self.shape[2] if self.use == "matrix_b" else self.shape[0]

    @property
    def cols(self) -> int:
        """Columns of the matrix."""
        return self.shape[2] if self.use == "matrix_a" else self.shape[1]

    @property
    def size(self) -> int:
        """Elements of the matrix."""
        return self.rows * self.cols

    def leading(self, layout: str) -> int:
        """Elements from line to line in memory: more than a line has, and a multiple of 16 bytes."""
        return -(-(self.cols if layout == "row" else self.rows) // 16) * 16 + 16

    def memory(self, layout: str) -> int:
        """Elements of the memory that holds it so."""
        return self.leading(layout) * (self.rows if layout == "row" else self.cols)

    def declared(self, name: str) -> str:
        """Its declaration in C++."""
        element = "wmma::precision::tf32" if self.element == F32 and self.use != "accumulator" else ELEMENTS[self.element]
        layout = f", wmma::{self.layout}_major" if self.layout else ""
        return f"wmma::fragment<wmma::{self.use}, {', '.join(map(str, self.shape))}, {element}{layout}> {name};"

    def load(self, memory: str, matrix: str, layout: str) -> Step:
        """Its load as a meaning."""
        wanted = Wanted("simt.fragment_load", (layout,), frozenset(), (self.element, self.element))
        return Step(wanted, (memory, 0, self.leading(layout), matrix), {"ROWS": self.rows, "COLS": self.cols})

    def store(self, matrix: str, memory: str, layout: str) -> Step:
        """Its store as a meaning."""
        wanted = Wanted("simt.fragment_store", (layout,), frozenset(), (self.element, self.element))
        return Step(wanted, (matrix, memory, 0, self.leading(layout)), {"ROWS": self.rows, "COLS": self.cols})

    def drawn(self, generator: np.random.Generator, count: int, domain: str = "small") -> np.ndarray:
        """Elements whose products and sums are exact; what tf32 ignores of an operand is random."""
        if self.element == BF16:
            return bfloat16_bits(numbers(generator, np.dtype(np.float32), count, "small"))
        if self.element == F32 and self.use != "accumulator":
            return with_ignored_bits(generator, count)
        dtype = np.dtype(DTYPES[self.element])
        return numbers(generator, dtype, count, "any" if dtype.kind == "i" else domain)


def with_ignored_bits(generator: np.random.Generator, count: int) -> np.ndarray:
    """Small whole numbers with noise in the thirteen low bits."""
    exact = numbers(generator, np.dtype(np.float32), count, "small").view(np.uint32)
    return (exact | np.where(exact & 0x7FFFFFFF, generator.integers(0, 0x2000, count), 0).astype(np.uint32)).view(np.float32)


def _unwritten(fragment: Fragment, layout: str) -> np.ndarray:
    return np.full(fragment.memory(layout), MARK, DTYPES[fragment.element])


def _accumulator(fragment: Fragment) -> Iterator[Trial]:
    yield _fill(fragment)
    for layout in LAYOUTS:
        yield _load_and_store(fragment, layout)
    yield from (_get(fragment), _set(fragment), _size(fragment))


def _fragment_trial(name: str, fragment: Fragment, parameters: str, text: str, steps: tuple[Step, ...], draw: Callable) -> Trial:
    """A trial on arrays of the fragment's element type; `y` is its result."""
    pointers = tuple((ELEMENTS[fragment.element], parameter) for parameter in parameters.split())
    text = f"{fragment.declared('f')}\n  {text}"
    shape = "x".join(map(str, fragment.shape))
    return Trial(f"sm_90 simt.fragment_{name} of {shape} {fragment.element}", pointers, text, steps, ("y",), draw, target="sm_90")


def _fill(fragment: Fragment) -> Trial:
    def draw(generator: np.random.Generator) -> Arrays:
        empty = np.zeros(fragment.size, DTYPES[fragment.element])
        return {"x": fragment.drawn(generator, 1, "any"), "f": empty, "y": _unwritten(fragment, "row")}

    filled = Step(Wanted("simt.fragment_fill", types=(fragment.element,)), ("x", "f"), {"SIZE": fragment.size}, over=1)
    text = f"wmma::fill_fragment(f, x[0]);\n  wmma::store_matrix_sync(y, f, {fragment.leading('row')}, wmma::mem_row_major);"
    return _fragment_trial("fill", fragment, "x y", text, (filled, fragment.store("f", "y", "row")), draw)


def _load_and_store(fragment: Fragment, layout: str) -> Trial:
    other = "col" if layout == "row" else "row"

    def draw(generator: np.random.Generator) -> Arrays:
        empty = np.zeros(fragment.size, DTYPES[fragment.element])
        return {"x": fragment.drawn(generator, fragment.memory(layout), "any"), "f": empty, "y": _unwritten(fragment, other)}

    text = f"""wmma::load_matrix_sync(f, x, {fragment.leading(layout)}, wmma::mem_{layout}_major);
  wmma::store_matrix_sync(y, f, {fragment.leading(other)}, wmma::mem_{other}_major);"""
    steps = (fragment.load("x", "f", layout), fragment.store("f", "y", other))
    return _fragment_trial(f"load<{layout}>", fragment, "x y", text, steps, draw)


def _held(fragment: Fragment) -> Arrays:
    """Every element a lane holds: its lane and its number there."""
    per_lane = fragment.size // 32
    return {"lane": np.repeat(np.arange(32), per_lane), "i": np.tile(np.arange(per_lane), 32)}


def _shape_kind(fragment: Fragment) -> tuple[str]:
    return ("x".join(map(str, fragment.shape)),)


def _get(fragment: Fragment) -> Trial:
    def draw(generator: np.random.Generator) -> Arrays:
        empty = np.zeros(fragment.size, DTYPES[fragment.element])
        arrays = {"x": fragment.drawn(generator, fragment.memory("row"), "any"), "f": empty, "y": np.full_like(empty, MARK)}
        return arrays | _held(fragment)

    taken = Step(Wanted("simt.fragment_get", _shape_kind(fragment), types=(fragment.element,)), ("f", "i", "lane", "y"), over=fragment.size)
    text = f"""wmma::load_matrix_sync(f, x, {fragment.leading("row")}, wmma::mem_row_major);
  for (int i = 0; i < f.num_elements; ++i) y[l * f.num_elements + i] = f.x[i];"""
    return _fragment_trial("get", fragment, "x y", text, (fragment.load("x", "f", "row"), taken), draw)


def _set(fragment: Fragment) -> Trial:
    def draw(generator: np.random.Generator) -> Arrays:
        empty = np.zeros(fragment.size, DTYPES[fragment.element])
        return {"x": fragment.drawn(generator, fragment.size, "any"), "f": empty, "y": _unwritten(fragment, "row")} | _held(fragment)

    put = Step(Wanted("simt.fragment_set", _shape_kind(fragment), types=(fragment.element,)), ("x", "f", "i", "lane"), over=fragment.size)
    text = f"""for (int i = 0; i < f.num_elements; ++i) f.x[i] = x[l * f.num_elements + i];
  wmma::store_matrix_sync(y, f, {fragment.leading("row")}, wmma::mem_row_major);"""
    return _fragment_trial("set", fragment, "x y", text, (put, fragment.store("f", "y", "row")), draw)


def _size(fragment: Fragment) -> Trial:
    step = Step(Wanted("simt.fragment_size", ("acc",)), ("y",), {"PER_LANE": fragment.size // 32}, over=1)
    text = f"{fragment.declared('f')}\n  if (l == 0) y[0] = f.num_elements;"
    name = f"sm_90 simt.fragment_size of {'x'.join(map(str, fragment.shape))} {fragment.element}"
    return Trial(name, (("int", "y"),), text, (step,), ("y",), lambda _: {"y": np.full(1, MARK, np.int32)}, target="sm_90")


def _product(operand: str, result: str, shape: tuple[int, int, int], a_layout: str, b_layout: str) -> Trial:
    a, b = Fragment("matrix_a", shape, operand, a_layout), Fragment("matrix_b", shape, operand, b_layout)
    c = Fragment("accumulator", shape, result)
    empty = {f"f{name}": np.zeros(f.size, DTYPES[f.element]) for name, f in zip("abcd", (a, b, c, c), strict=True)}

    def draw(generator: np.random.Generator) -> Arrays:
        memory = {"a": a.drawn(generator, a.memory(a_layout)), "b": b.drawn(generator, b.memory(b_layout))}
        memory |= {"c": c.drawn(generator, c.memory("row")), "d": _unwritten(c, "row")}
        return memory | {name: array.copy() for name, array in empty.items()}

    wanted = Wanted("simt.fragment_mma", ("tf32",) if operand == F32 else (), types=(operand, operand, result))
    m, n, k = shape
    mma = Step(wanted, ("fa", "fb", "fc", "fd"), {"M": m, "N": n, "K": k})
    steps = (a.load("a", "fa", a_layout), b.load("b", "fb", b_layout), c.load("c", "fc", "row"), mma, c.store("fd", "d", "row"))
    text = f"""{a.declared("fa")} {b.declared("fb")} {c.declared("fc")}
  wmma::load_matrix_sync(fa, a, {a.leading(a_layout)});
  wmma::load_matrix_sync(fb, b, {b.leading(b_layout)});
  wmma::load_matrix_sync(fc, c, {c.leading("row")}, wmma::mem_row_major);
  wmma::mma_sync(fc, fa, fb, fc);
  wmma::store_matrix_sync(d, fc, {c.leading("row")}, wmma::mem_row_major);"""
    parameters = ((ELEMENTS[operand], "a"), (ELEMENTS[operand], "b"), (ELEMENTS[result], "c"), (ELEMENTS[result], "d"))
    name = f"sm_90 {wanted} of {m}x{n}x{k}, {a_layout} and {b_layout}"
    return Trial(name, parameters, text, steps, ("d",), draw, "zeros", target="sm_90")


# ---- Matrix cores ------------------------------------------------------------------------------------------------

REGISTERS = {F32: "float", F16: "_Float16", BF16: "short", F64: "double", I32: "int"}
VECTOR_TYPES = "".join(
    f"typedef {type_} {type_}_v{count} __attribute__((ext_vector_type({count})));\n"
    for type_ in REGISTERS.values()
    for count in (2, 4, 8, 16, 32)
)
OLDER = "2bf16 4bf16 8bf16 8i8 16i8".split()  # names that gfx942 no longer has


def _registers(type_: str, count: int) -> str:
    if type_ == I8:
        return {4: "int", 8: "long"}[count]
    return REGISTERS[type_] if count == 1 else f"{REGISTERS[type_]}_v{count}"


def _matrix_core(name: str) -> Trial:
    form = mfma_form(name)
    operand, _, result = form.types
    given, held = form.constants["E"], form.constants["R"]

    def drawn(generator: np.random.Generator) -> np.ndarray:
        if "xf32" in name:
            return with_ignored_bits(generator, 64 * given)
        return Fragment("matrix_a" if operand != F32 else "accumulator", (16, 16, 16), operand).drawn(generator, 64 * given)

    def draw(generator: np.random.Generator) -> Arrays:
        c = Fragment("accumulator", (16, 16, 16), result).drawn(generator, 64 * held)
        return {"a": drawn(generator), "b": drawn(generator), "c": c, "d": np.full_like(c, MARK), "active": np.ones(64, np.bool_)}

    step = Step(Wanted("simt.mfma", form.kinds, types=form.types), ("a", "b", "c", "d", "active", 64), form.constants)
    parameters = tuple((_registers(operand, given), name) for name in "ab") + tuple((_registers(result, held), name) for name in "cd")
    target = "gfx90a" if name.endswith(tuple(f"x{suffix}" for suffix in OLDER)) else "gfx942"
    text = f"d[l] = __builtin_amdgcn_mfma_{name}(a[l], b[l], c[l], 0, 0, 0);"
    return Trial(f"{target} simt.mfma {name}", parameters, text, (step,), ("d",), draw, "zeros", 64, target)
