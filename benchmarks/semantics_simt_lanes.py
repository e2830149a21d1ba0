"""Trials of shuffles, votes, counting barriers, approximate functions and atomics: arrays hold one element a lane."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from semantics_operands import DTYPES, F16, F32, F64, I1, I32, I64, MARK, numbers
from semantics_trials import Arrays, Step, Trial

from xpiler.dialects.semantics import Wanted

C_TYPES = {F32: "float", F64: "double", F16: "__half", I32: "int", I64: "long long", I1: "bool"}
MASKS = {I32: "unsigned", I64: "unsigned long long"}
LANES = {"sm_90": 32, "gfx942": 64}
MASK_TYPE = {"sm_90": I32, "gfx942": I64}


def lane_trials() -> Iterator[Trial]:
    """Every operation whose operands are scalars of lanes or threads."""
    for target in LANES:
        for family in (_shuffles, _votes, _counting_barriers, _approximations, _atomics):
            yield from family(target)


# ---- Shuffles ----------------------------------------------------------------------------------------------------

SHUFFLES = {"idx": "__shfl", "up": "__shfl_up", "down": "__shfl_down", "xor": "__shfl_xor"}


def _source(kind: str, lane: np.ndarray, by: np.ndarray, width: int) -> np.ndarray:
    """The lane each lane reads, as the programming guides say."""
    start = lane - lane % width
    if kind == "idx":
        return start + by % width
    if kind == "up":
        return np.where(lane - by < start, lane, lane - by)
    if kind == "down":
        return np.where(lane + by >= start + width, lane, lane + by)
    return np.where(lane ^ by >= start + width, lane, lane ^ by)


def _partners(kind: str, lanes: int, generator: np.random.Generator) -> Arrays:
    """A width, lane numbers or distances, and lanes that take part, so that nobody reads a lane that does not."""
    width = 1 << int(generator.integers(0, lanes.bit_length()))
    active = generator.random(lanes) < generator.choice([1.0, 0.7])
    active[int(generator.integers(lanes))] = True
    by = generator.integers(-lanes if kind == "idx" else 0, 2 * lanes if kind == "idx" else lanes, lanes)
    lane = np.arange(lanes)
    own = lane % width if kind == "idx" else np.zeros_like(lane)
    by = np.where(active[_source(kind, lane, by, width)], by, own)
    return {"by": by.astype(np.int32), "width": np.full(lanes, width, np.int32), "active": active}


def mask_of(lanes: np.ndarray, type_: str) -> np.ndarray:
    """The bits of the lanes, for each lane."""
    bits = sum(1 << int(lane) for lane in np.flatnonzero(lanes))
    return np.full(len(lanes), bits, np.uint64).astype({I32: np.uint32, I64: np.uint64}[type_])


def _shuffles(target: str) -> Iterator[Trial]:
    for type_ in (F32, I32, F64, I64, *((F16,) if target == "sm_90" else ())):
        for kind in SHUFFLES:
            for masked in (True,) if target == "sm_90" else (True, False):
                yield _shuffle(target, kind, type_, masked=masked)


def _shuffle(target: str, kind: str, type_: str, *, masked: bool) -> Trial:
    mask, lanes = MASK_TYPE[target], LANES[target]

    def draw(generator: np.random.Generator) -> Arrays:
        made = _partners(kind, lanes, generator)
        made |= {"x": numbers(generator, np.dtype(DTYPES[type_]), lanes, "any"), "mask": mask_of(made["active"], mask)}
        return made | {"y": np.full(lanes, MARK, DTYPES[type_])}

    types = (type_, I32, I32, *((mask,) if masked else ()))
    wanted = Wanted("simt.shuffle", (kind,), frozenset({"masked"} if masked else ()), types)
    arguments = ("x", "by", "width", *(("mask",) if masked else ()), "y", "active", lanes)
    call = f"{SHUFFLES[kind]}_sync(mask[l], x[l], by[l], width[l])" if masked else f"{SHUFFLES[kind]}(x[l], by[l], width[l])"
    parameters = ((C_TYPES[type_], "x"), ("int", "by"), ("int", "width"), (MASKS[mask], "mask"), ("bool", "active"), (C_TYPES[type_], "y"))
    name = f"{target} {wanted}"
    return Trial(name, parameters, f"if (active[l]) y[l] = {call};", (Step(wanted, arguments),), ("y",), draw, lanes=lanes, target=target)


# ---- Votes and counting barriers ---------------------------------------------------------------------------------


def _votes(target: str) -> Iterator[Trial]:
    mask = MASK_TYPE[target]
    for kind in ("any", "all", "ballot"):
        out = mask if kind == "ballot" else I32
        yield _vote(target, kind, Wanted("simt.vote", (kind,), frozenset({"masked"}), (I1, mask, out)), f"__{kind}_sync(mask[l], p[l])")
        if target != "sm_90":
            yield _vote(target, kind, Wanted("simt.vote", (kind,), frozenset(), (I1, out)), f"__{kind}(p[l])")


def _vote(target: str, kind: str, wanted: Wanted, call: str) -> Trial:
    lanes, mask = LANES[target], MASK_TYPE[target]
    out = wanted.types[-1]

    def draw(generator: np.random.Generator) -> Arrays:
        """Where there are masks, the lanes fall into two groups that vote apart."""
        active = generator.random(lanes) < 0.8
        group = generator.random(lanes) < generator.choice([0.5, 1.0])
        masks = np.where(group, mask_of(active & group, mask), mask_of(active & ~group, mask))
        votes = generator.random(lanes) < generator.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        return {"p": votes, "mask": masks, "active": active, "y": np.full(lanes, MARK, DTYPES[out])}

    arguments = ("p", *(("mask",) if "masked" in wanted.words else ()), "y", "active", lanes)
    parameters = (("bool", "p"), (MASKS[mask], "mask"), ("bool", "active"), (C_TYPES[out], "y"))
    step = Step(wanted, arguments)
    return Trial(f"{target} {wanted}", parameters, f"if (active[l]) y[l] = {call};", (step,), ("y",), draw, lanes=lanes, target=target)


def _counting_barriers(target: str) -> Iterator[Trial]:
    threads = 96

    def draw(generator: np.random.Generator) -> Arrays:
        predicate = generator.integers(0, 3, threads) * (generator.random(threads) < generator.choice([0.0, 0.5, 1.0]))
        predicate = np.maximum(predicate, generator.choice([0, 1])).astype(np.int32)
        return {"p": predicate, "live": generator.random(threads) < 0.9, "y": np.full(threads, MARK, np.int32)}

    for kind in ("count", "and", "or"):
        wanted = Wanted("simt.barrier_reduce", (kind,), frozenset(), (I32,))
        text = f"if (!live[l]) return;\n  y[l] = __syncthreads_{kind}(p[l]);"
        parameters = (("int", "p"), ("bool", "live"), ("int", "y"))
        step = Step(wanted, ("p", "y", "live", threads))
        yield Trial(f"{target} {wanted}", parameters, text, (step,), ("y",), draw, lanes=threads, target=target)


# ---- Approximate functions ---------------------------------------------------------------------------------------

FUNCTIONS = {
    "exp": "__expf(x[l])", "exp10": "__exp10f(x[l])", "log": "__logf(x[l])", "log2": "__log2f(x[l])", "log10": "__log10f(x[l])",
    "sin": "__sinf(x[l])", "cos": "__cosf(x[l])", "tan": "__tanf(x[l])",
}  # fmt: skip
ASSEMBLY = {"exp2": "ex2", "rcp": "rcp", "rsqrt": "rsqrt", "sqrt": "sqrt", "tanh": "tanh"}
POSITIVE = {"log", "log2", "log10", "sqrt", "rsqrt", "rcp"}


def _approximations(target: str) -> Iterator[Trial]:
    for kind, call in FUNCTIONS.items():
        yield _function(target, "approx", kind, f"y[l] = {call};")
    if target == "sm_90":
        for kind, instruction in ASSEMBLY.items():
            yield _function(target, "approx", kind, f'float r; asm("{instruction}.approx.f32 %0, %1;" : "=f"(r) : "f"(x[l])); y[l] = r;')
    yield _function(target, "approx_binary", "div", "y[l] = __fdividef(x[l], z[l]);")
    yield _function(target, "approx_binary", "pow", "y[l] = __powf(x[l], z[l]);")


def _function(target: str, op: str, kind: str, text: str) -> Trial:
    lanes = LANES[target]
    domain = "positive" if kind in POSITIVE or op == "approx_binary" else "finite"
    names = ("x", "z") if op == "approx_binary" else ("x",)

    def draw(generator: np.random.Generator) -> Arrays:
        made = {name: numbers(generator, np.dtype(np.float32), lanes, domain) for name in names}
        return made | {"y": np.full(lanes, MARK, np.float32)}

    wanted = Wanted(f"simt.{op}", (kind,), frozenset(), (F32,) * len(names))
    step = Step(wanted, (*names, "y"), over=lanes)
    parameters = tuple(("float", name) for name in (*names, "y"))
    return Trial(f"{target} {wanted}", parameters, text, (step,), ("y",), draw, "function", lanes, target)


# ---- Atomics -----------------------------------------------------------------------------------------------------

ATOMICS = {
    "add": "Add", "sub": "Sub", "min": "Min", "max": "Max", "umin": "Min", "umax": "Max", "and": "And", "or": "Or", "xor": "Xor",
    "exch": "Exch", "inc": "Inc", "dec": "Dec",
}  # fmt: skip
UNSIGNED = {I32: "unsigned", I64: "unsigned long long"}
OF_FLOATS = ("add", "sub", "max", "min", "exch")


def _atomics(target: str) -> Iterator[Trial]:
    for type_ in (I32, I64):
        for kind, suffix in ATOMICS.items():
            if type_ == I32 or kind not in ("inc", "dec", "sub"):
                c_type = C_TYPES[type_] if kind in ("min", "max") else UNSIGNED[type_]
                yield from _atomic(target, kind, type_, c_type, f"atomic{suffix}")
        yield _exchange(target, type_)
    for type_ in (F32, F64):
        for kind in OF_FLOATS:
            yield from _atomic(target, kind, type_, C_TYPES[type_], f"atomic{ATOMICS[kind]}")
    if target == "sm_90":
        yield from _atomic(target, "add", F16, "__half", "atomicAdd")


def _places(type_: str, lanes: int, names: tuple[str, ...], *, meet: bool = False) -> Callable[[np.random.Generator], Arrays]:
    """A place for each lane, or few, so that lanes meet: in which order is the simulator's business."""

    def draw(generator: np.random.Generator) -> Arrays:
        made = {name: numbers(generator, np.dtype(DTYPES[type_]), lanes, "finite") for name in names}
        places = 8 if meet else lanes
        made["memory"] = numbers(generator, np.dtype(DTYPES[type_]), places, "finite")
        at = generator.integers(0, 8, lanes) if meet else generator.permutation(lanes)
        if type_[0] == "i":  # equal operands are what inc, dec and cas turn on
            for name in names:
                made[name][::3] = made["memory"][at[::3]]
        return made | {"at": at, "y": np.full(lanes, MARK, DTYPES[type_])}

    return draw


def _atomic(target: str, kind: str, type_: str, c_type: str, function: str) -> Iterator[Trial]:
    lanes = LANES[target]
    wanted = Wanted("simt.atomic", (kind,), frozenset(), (type_,))
    step = Step(wanted, ("x", "memory", "at", "y"), over=lanes)
    parameters = ((c_type, "x"), (c_type, "memory"), ("long", "at"), (c_type, "y"))
    text = f"y[l] = {function}(memory + at[l], x[l]);"
    close = "zeros" if kind in ("min", "max") else "exact"
    yield Trial(f"{target} {wanted}", parameters, text, (step,), ("y", "memory"), _places(type_, lanes, ("x",)), close, lanes, target)
    if kind in ("min", "max", "umin", "umax") or (type_[0] == "i" and kind in ("add", "sub", "and", "or", "xor")):
        draw = _places(type_, lanes, ("x",), meet=True)
        yield Trial(f"{target} {wanted} of lanes that meet", parameters, text, (step,), ("memory",), draw, close, lanes, target)


def _exchange(target: str, type_: str) -> Trial:
    lanes, c_type = LANES[target], UNSIGNED[type_]
    wanted = Wanted("simt.atomic_cas", (), frozenset(), (type_,))
    step = Step(wanted, ("old", "x", "memory", "at", "y"), over=lanes)
    parameters = ((c_type, "old"), (c_type, "x"), (c_type, "memory"), ("long", "at"), (c_type, "y"))
    text = "y[l] = atomicCAS(memory + at[l], old[l], x[l]);"
    draw = _places(type_, lanes, ("old", "x"))
    return Trial(f"{target} {wanted}", parameters, text, (step,), ("y", "memory"), draw, "exact", lanes, target)
