"""Our dialects in contexts of the `mlir` package, and their enums as words."""

from __future__ import annotations

import subprocess
import sys

import pytest
from mlir import ir

import xpiler
from xpiler.dialects import NAMES, context, cuda, words


def test_a_context_of_yours_gets_every_dialect():
    ctx = ir.Context()
    assert not any(ctx.is_registered_operation(op) for op in ("cuda.barrier", "bang.sync"))
    xpiler.register_dialects(ctx)
    for op in ("xpiler.view", "cuda.barrier", "hip.mfma", "bang.sync", "vnni.dot"):
        assert ctx.is_registered_operation(op)


def test_registering_twice_is_harmless():
    ctx = context()
    xpiler.register_dialects(ctx)
    assert ctx.is_registered_operation("hip.shuffle")


@pytest.mark.parametrize(("dialect", "name"), [(dialect, name) for dialect, names in words.ENUMS.items() for name in names])
def test_every_enum_is_known_and_refuses_other_words(dialect, name):
    assert dialect in NAMES
    with context():
        try:
            words.enum(dialect, name, "no_such_word")
        except ir.MLIRError as error:
            message = str(error)
        else:
            raise AssertionError("a word that is none was taken")
    assert "to be one of" in message or "expected" in message


def test_builders_take_words():
    with context(), ir.Location.unknown():
        module = ir.Module.create()
        i32 = ir.IntegerType.get_signless(32)
        with ir.InsertionPoint(module.body):
            lane = cuda.thread_id(i32, "x")
            other = cuda.shuffle(i32, "xor", lane, lane, lane)
        assert words.word(lane.owner.attributes["dimension"]) == "x"
        assert words.word(other.owner.attributes["kind"]) == "xor"
        assert "cuda.shuffle<xor>" in str(module)


def test_spaces_as_words():
    with context():
        assert words.space(ir.Type.parse("memref<4xf32, #bang.space<nram>>")) == "nram"
        assert words.space(ir.Type.parse("memref<4xf32>")) == ""


def test_rooms_are_imported_once_and_as_rooms_of_the_package():
    code = "import sys, xpiler.dialects.words, xpiler.lowering; assert not {'dialects', 'lowering', 'prompts'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
