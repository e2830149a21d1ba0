"""Tiled attention with a running maximum against plain attention, at sizes with more than one tile; wrong corrections are not proved."""

from __future__ import annotations

import pytest
from proof_subjects import PLATFORMS, answer, corpus, text_of

from xpiler import frontend
from xpiler.verify.verdict import Verdict

SUFFIXES = (".cu", ".hip", ".mlu", ".cpp")
SMALL = {"heads": 2, "seq": 3, "dim": 2}
TILES = {"heads": 1, "seq": 34, "dim": 1}  # of 32 keys on CUDA
PIECES = {".cu": ("", ""), ".hip": ("TILE 32", "TILE 2"), ".mlu": ("KEYS 64", "KEYS 2"), ".cpp": ("", "")}  # two keys a tile

TWINS = [
    (".cu", "total = total * correction + sum", "total = total + sum"),
    (".cu", "acc[i] *= correction", "acc[i] *= 1.0f"),
    (".cu", "expf(score - next)", "expf(score - peak)"),
    (".cu", "    __syncthreads();\n    float score", "    float score"),
    (".cu", "float score = -INFINITY", "float score = 0.0f"),
    (".cu", "acc[i] / total", "acc[i]"),
    (".hip", "l = l * alpha + p", "l = l + p"),
    (".hip", "acc[d] * alpha + p", "acc[d] + p"),
    (".hip", "expf(m - m_new)", "expf(m_new - m)"),
    (".hip", "const float p = expf(s - m_new)", "const float p = expf(s - m)"),
    (".hip", "    }\n    __syncthreads();\n  }\n  if", "    }\n  }\n  if"),
    (".hip", "m = -INFINITY, l = 0.0f", "m = 0.0f, l = 1.0f"),
    (".mlu", "total * correction", "total"),
    (".mlu", "__bang_mul_scalar(acc, acc, correction, dim);", ""),
    (".mlu", "float correction = expf(peak - next);", "peak = next; float correction = expf(peak - next);"),
    (".mlu", "min(KEYS, seq - first)", "KEYS"),
    (".cpp", "total * correction + weight", "total + weight"),
    (".cpp", "acc[d] * correction", "acc[d]"),
    (".cpp", "      peak = next;\n", ""),
]


def flash(suffix: str, tmp_path, *changes: tuple[str, str]):
    """The corpus' kernel with tiles of two keys where it can be told, and other pieces replaced."""
    text = text_of("flash_attention", suffix)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / f"flash_attention{suffix}"
    path.write_text(text)
    return frontend.read(path, PLATFORMS[suffix])


def sizes_of(suffix: str) -> dict[str, int]:
    return TILES if suffix == ".cu" else SMALL


@pytest.mark.parametrize("plain", SUFFIXES)
@pytest.mark.parametrize("tiled", SUFFIXES)
def test_tiles_are_proved(tmp_path, plain: str, tiled: str) -> None:
    found = answer(corpus("attention", plain), flash(tiled, tmp_path, PIECES[tiled]), SMALL)
    assert found.verdict is Verdict.PROVED, found


def test_a_second_tile_of_cuda_is_proved() -> None:
    assert answer(corpus("attention", ".cpp"), corpus("flash_attention", ".cu"), TILES).verdict is Verdict.PROVED


@pytest.mark.parametrize(("suffix", "old", "new"), TWINS)
def test_a_twin_is_not(tmp_path, suffix: str, old: str, new: str) -> None:
    found = answer(corpus("attention", ".cpp"), flash(suffix, tmp_path, PIECES[suffix], (old, new)), sizes_of(suffix))
    assert found.verdict is not Verdict.PROVED, found
