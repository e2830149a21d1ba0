"""The meanings of cuda and hip, compiled and compared with numpy."""

from __future__ import annotations

import numpy as np
import pytest
from meaning_jit import DTYPES, compiled

W = 32
RNG = np.random.default_rng(7)


def values(type_: str, n: int) -> np.ndarray:
    """Random elements of a type; no zeros."""
    if type_[0] == "f":
        return (RNG.random(n) + 0.25).astype(DTYPES[type_])
    return RNG.integers(1, 100, n).astype(DTYPES[type_])


def shuffle_source(kind: str, lane: int, distance: int, width: int) -> int:
    """The lane a lane reads, as section 2 of the SIMT facts has it."""
    start = lane // width * width
    if kind == "idx":
        return start + distance % width
    if kind == "up":
        return lane - distance if lane - distance >= start else lane
    if kind == "down":
        return lane + distance if lane + distance < start + width else lane
    return lane ^ distance if lane ^ distance < start + width else lane


@pytest.mark.parametrize("op", ["cuda.shuffle", "hip.shuffle"])
@pytest.mark.parametrize("kind", ["idx", "up", "down", "xor"])
def test_shuffle(op, kind):
    lanes = 64 if op.startswith("hip") else W
    run = compiled(op, kind, types=("f32", "i32", "i32"))
    for width, distance in [(lanes, 1), (lanes, lanes // 2), (8, 3), (8, 9), (1, 0)]:
        value, result = values("f32", lanes), np.zeros(lanes, np.float32)
        operands = np.full(lanes, distance, np.int32), np.full(lanes, width, np.int32)
        run(value, *operands, result, np.ones(lanes, bool), lanes)
        expected = [value[shuffle_source(kind, lane, distance, width)] for lane in range(lanes)]
        np.testing.assert_array_equal(result, np.array(expected, np.float32), f"{width=} {distance=}")


def test_shuffle_negative_index_wraps():
    run = compiled("cuda.shuffle", "idx", types=("i32", "i32", "i32"))
    value, result = np.arange(W, dtype=np.int32), np.zeros(W, np.int32)
    run(value, np.full(W, -1, np.int32), np.full(W, W, np.int32), result, np.ones(W, bool), W)
    assert (result == 31).all()


@pytest.mark.parametrize(("op", "mask_type"), [("cuda.shuffle", "i32"), ("hip.shuffle", "i64")])
def test_masked_shuffle_leaves_inactive_lanes(op, mask_type):
    run = compiled(op, "xor", types=("f32", "i32", "i32", mask_type), words=("masked",))
    active = np.arange(W) < 16
    value, result = values("f32", W), np.full(W, -1, np.float32)
    mask = np.full(W, 0xFFFF, DTYPES[mask_type])
    run(value, np.full(W, 1, np.int32), np.full(W, W, np.int32), mask, result, active, W)
    assert (result[16:] == -1).all()
    np.testing.assert_array_equal(result[:16], value[np.arange(16) ^ 1])


@pytest.mark.parametrize(("op", "type_", "lanes"), [("cuda.vote", "i32", 32), ("hip.vote", "i64", 64)])
@pytest.mark.parametrize("masked", [False, True])
def test_vote(op, type_, lanes, masked):
    for kind in ("any", "all", "ballot"):
        result_type = type_ if kind == "ballot" else "i32"
        types = ("i1", type_, result_type) if masked else ("i1", result_type)
        run = compiled(op, kind, types=types, words=("masked",) if masked else ())
        for predicate in (np.zeros(lanes, bool), np.ones(lanes, bool), RNG.random(lanes) < 0.5):
            active = np.arange(lanes) < lanes - 3
            result = np.zeros(lanes, DTYPES[result_type])
            mask = np.full(lanes, -1, DTYPES[type_])
            run(predicate, *([mask] if masked else []), result, active, lanes)
            taking = predicate & active
            bits = sum(1 << lane for lane in range(lanes) if taking[lane])
            expected = {"any": int(taking.any()), "all": int(predicate[active].all()), "ballot": bits}[kind]
            assert int(result[0]) % (1 << lanes) == expected, (kind, predicate)
            assert (result[~active] == 0).all()


@pytest.mark.parametrize(("kind", "reference"), [("count", np.count_nonzero), ("and", np.all), ("or", np.any)])
@pytest.mark.parametrize("type_", ["i1", "i32"])
def test_barrier_reduce(kind, reference, type_):
    run = compiled("cuda.barrier_reduce", kind, types=(type_,))
    threads = 96
    for predicate in (np.zeros(threads), np.ones(threads), RNG.integers(0, 2, threads)):
        active = np.arange(threads) % 5 != 0
        result = np.full(threads, -1, np.int32)
        run(predicate.astype(DTYPES[type_]), result, active, threads)
        assert (result[active] == int(reference(predicate[active] != 0))).all()
        assert (result[~active] == -1).all()


APPROXIMATE = {
    "exp": np.exp, "exp2": np.exp2, "exp10": lambda x: 10.0**x, "log": np.log, "log2": np.log2, "log10": np.log10, "sin": np.sin,
    "cos": np.cos, "tan": np.tan, "tanh": np.tanh, "rcp": lambda x: 1 / x, "rsqrt": lambda x: 1 / np.sqrt(x), "sqrt": np.sqrt,
}  # fmt: skip


@pytest.mark.parametrize("kind", APPROXIMATE)
def test_approx(kind):
    run = compiled("cuda.approx", kind, types=("f32",))
    for x in values("f32", 5):
        assert run(float(x)) == pytest.approx(APPROXIMATE[kind](float(x)), rel=1e-5)


def test_approx_binary():
    assert compiled("hip.approx_binary", "div", types=("f32", "f32"))(3.0, 8.0) == 0.375
    assert compiled("cuda.approx_binary", "pow", types=("f32", "f32"))(3.0, 4.0) == pytest.approx(81)


ATOMICS = {
    "add": lambda old, v: old + v, "sub": lambda old, v: old - v, "min": min, "max": max, "exch": lambda old, v: v,
    "and": lambda old, v: old & v, "or": lambda old, v: old | v, "xor": lambda old, v: old ^ v,
    "umin": lambda old, v: min(old, v, key=lambda x: x % (1 << 32)), "umax": lambda old, v: max(old, v, key=lambda x: x % (1 << 32)),
    "inc": lambda old, v: 0 if old >= v else old + 1, "dec": lambda old, v: v if old == 0 or old > v else old - 1,
}  # fmt: skip


@pytest.mark.parametrize("kind", ATOMICS)
def test_atomic_int(kind):
    run = compiled("cuda.atomic", kind, types=("i32", "i32"))
    pairs = [(5, 7), (7, 5), (7, 7), (0, 3)] + ([(-5, 7), (7, -5)] if kind not in ("inc", "dec") else [])
    for old, value in pairs:
        base = np.array([99, old], np.int32)
        assert run(value, base, 1) == old
        assert base.tolist() == [99, ATOMICS[kind](old, value)]


@pytest.mark.parametrize("kind", ["add", "sub", "min", "max", "exch"])
@pytest.mark.parametrize("type_", ["f32", "f64"])
def test_atomic_float(kind, type_):
    base = np.array([2.5, 9], DTYPES[type_])
    assert compiled("hip.atomic", kind, types=(type_, type_))(1.5, base, 0) == 2.5
    assert base.tolist() == [ATOMICS[kind](2.5, 1.5), 9]


def test_atomic_cas():
    run = compiled("cuda.atomic_cas", types=("i32", "i32", "i32"))
    base = np.array([4, 5], np.int32)
    assert run(5, 8, base, 1) == 5
    assert run(5, 9, base, 0) == 4
    assert base.tolist() == [4, 8]
