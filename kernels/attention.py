"""Attention in its forms as rows of the corpus, and the gated MLP beside it."""

from __future__ import annotations

import numpy as np
from entry import Arrays, Operator, Sizes
from network import given, result


def _levels(s: Sizes) -> np.ndarray:
    """Heights and widths of the levels: each takes three quarters of what is left, the last one what it can."""
    shapes, left = [], s["spatial"]
    for level in range(s["levels"]):
        share = max(1, left if level == s["levels"] - 1 else left * 3 // 4)
        width = max(1, int(np.sqrt(share)))
        shapes.append((max(1, share // width), width))
        left -= shapes[-1][0] * shapes[-1][1]
    return np.array(shapes)


def _starts(s: Sizes) -> np.ndarray:
    areas = _levels(s).prod(axis=1)
    return np.concatenate([[0], areas.cumsum()[:-1]])


def _deformable(a: Arrays, s: Sizes) -> np.ndarray:
    value, weights = a["V"].astype(np.float64), a["A"].astype(np.float64)
    out = np.zeros((s["batch"], s["queries"], s["heads"], s["dim"]))
    batch, _, head = np.ogrid[: s["batch"], : s["queries"], : s["heads"]]
    for level, (height, width) in enumerate(a["S"]):
        image = value[:, a["I"][level] : a["I"][level] + height * width].reshape(s["batch"], height, width, s["heads"], s["dim"])
        for point in range(s["points"]):
            # the place in float32, as the kernels compute it: its floor chooses the corners
            x, y = (a["L"][:, :, :, level, point, axis] * np.float32(n) - np.float32(0.5) for axis, n in ((0, width), (1, height)))
            weight = weights[:, :, :, level, point]
            for dy in (0, 1):
                for dx in (0, 1):
                    cy, cx = np.floor(y).astype(int) + dy, np.floor(x).astype(int) + dx
                    share = (1 - np.abs(y - cy.astype(np.float64))) * (1 - np.abs(x - cx.astype(np.float64)))
                    inside = (cy >= 0) & (cx >= 0) & (cy < height) & (cx < width)
                    corner = image[batch, np.where(inside, cy, 0), np.where(inside, cx, 0), head]
                    out += np.where(inside, share * weight, 0)[..., None] * corner
    return out.reshape(s["batch"], s["queries"], s["heads"] * s["dim"])


def _deformable_magnitude(a: Arrays, s: Sizes) -> np.ndarray:
    return _deformable({**a, "V": np.abs(a["V"]), "A": np.abs(a["A"])}, s)


def _weights(scores: np.ndarray) -> np.ndarray:
    exponentials = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def _attention(a: Arrays, s: Sizes) -> np.ndarray:
    q, k, v = (a[name].astype(np.float64) for name in "QKV")
    return _weights(q @ k.swapaxes(-1, -2) / np.sqrt(s["dim"])) @ v


def _grouped(a: Arrays, s: Sizes) -> np.ndarray:
    q = a["Q"].astype(np.float64).reshape(s["kv_heads"], s["group"], s["dim"])
    k, v = (a[name].astype(np.float64).swapaxes(0, 1) for name in "KV")
    weights = _weights(q @ k.swapaxes(-1, -2) / np.sqrt(s["dim"]))
    return (weights @ v).reshape(-1, s["dim"])


def _gated_mlp(a: Arrays, _: Sizes) -> np.ndarray:
    x, g, u, d = (a[name].astype(np.float64) for name in "XGUD")
    gate = x @ g
    return (gate * _sigmoid(gate) * (x @ u)) @ d


def _sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(x / 2))


def _gated_mlp_magnitude(a: Arrays, _: Sizes) -> np.ndarray:
    x, g, u, d = (np.abs(a[name].astype(np.float64)) for name in "XGUD")
    return ((x @ g) * (x @ u)) @ d


def _least(scale: float):
    """Inputs made smaller, so that scores of many terms stay where exponentials tell them apart."""
    return lambda array, _: array * scale


HEADS = ((1, 1, 1), (1, 2, 4), (3, 7, 5), (2, 31, 13), (1, 64, 64), (2, 97, 32), (1, 130, 128), (1, 401, 37))


def _of_heads(name: str) -> Operator:
    rows = tuple(given(array, "heads", "seq", "dim", values=_least(0.05)) for array in "QK")
    return Operator(
        name,
        (*rows, given("V", "heads", "seq", "dim"), result("O", "heads", "seq", "dim")),
        ("heads", "seq", "dim"),
        HEADS,
        _attention,
        1e-4,
        1e-5,
        lambda a, s: _attention({**a, "V": np.abs(a["V"])}, s),
    )


ATTENTION: dict[str, Operator] = {
    op.name: op
    for op in (
        _of_heads("attention"),
        _of_heads("flash_attention"),
        Operator(
            "grouped_attention",
            (
                given("Q", "kv_heads*group", "dim", values=_least(0.05)),
                given("K", "length", "kv_heads", "dim", values=_least(0.05)),
                given("V", "length", "kv_heads", "dim"),
                result("O", "kv_heads*group", "dim"),
            ),
            ("kv_heads", "group", "length", "dim"),
            ((1, 1, 1, 1), (1, 2, 3, 4), (2, 3, 7, 5), (2, 4, 97, 32), (4, 2, 31, 64), (1, 8, 130, 128), (3, 1, 64, 16), (2, 2, 5003, 61)),
            _grouped,
            1e-4,
            1e-5,
            lambda a, s: _grouped({**a, "V": np.abs(a["V"])}, s),
        ),
        Operator(
            "gated_mlp",
            (
                given("X", "tokens", "dim", values=_least(0.1)),
                given("G", "dim", "hidden"),
                given("U", "dim", "hidden"),
                given("D", "hidden", "dim"),
                result("Y", "tokens", "dim"),
            ),
            ("tokens", "dim", "hidden"),
            ((1, 1, 1), (2, 3, 5), (7, 31, 13), (16, 32, 64), (5, 61, 131), (33, 64, 48), (1, 128, 344), (2, 97, 1031)),
            _gated_mlp,
            2e-5,
            1e-5,
            _gated_mlp_magnitude,
        ),
        Operator(
            "deformable_attention",
            (
                given("V", "batch", "spatial", "heads", "dim"),
                given("S", "levels", "2", dtype="int32", values=lambda _, s: _levels(s)),
                given("I", "levels", dtype="int32", values=lambda _, s: _starts(s)),
                given("L", "batch", "queries", "heads", "levels", "points", "2", values=lambda array, _: array * 0.3 + 0.5),
                given("A", "batch", "queries", "heads", "levels", "points"),
                result("O", "batch", "queries", "heads*dim"),
            ),
            ("batch", "spatial", "heads", "dim", "levels", "queries", "points"),
            (
                (1, 1, 1, 1, 1, 1, 1),
                (1, 30, 2, 8, 4, 3, 2),
                (2, 97, 3, 7, 4, 5, 4),
                (1, 340, 8, 32, 4, 11, 4),
                (1, 131, 1, 61, 3, 13, 5),
                (3, 64, 4, 16, 2, 7, 1),
                (1, 85, 2, 64, 4, 17, 4),
                (1, 21_760, 8, 32, 4, 100, 4),
            ),
            _deformable,
            1e-4,
            1e-5,
            _deformable_magnitude,
            stated=("V=batch*spatial*heads*dim",),
        ),
    )
}
