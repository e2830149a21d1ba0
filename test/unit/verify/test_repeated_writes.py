"""A write to an element that was written before takes a short way: what may be wrong with it is found all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from xpiler.verify.limits import Defect, NotModelled
from xpiler.verify.model.copies import Copies
from xpiler.verify.model.memory import Buffer
from xpiler.verify.model.memory_ops import store
from xpiler.verify.model.program import Thread


def written_before() -> tuple[Thread, Buffer]:
    thread, buffer = Thread(machine=None, copies=Copies(queue="io")), Buffer("A", "f32", 64)
    for element in range(8):
        store(thread, buffer, 4 * element, "f32", 1)
    return thread, buffer


def test_the_last_value_and_its_writer_stay() -> None:
    thread, buffer = written_before()
    thread.where = "a.mlu:7:3"
    store(thread, buffer, 8, "f32", 2)
    assert buffer.final(2) == 2
    assert buffer.writers[8] == "a.mlu:7:3"


@pytest.mark.parametrize(
    ("prepare", "offset", "type_", "error"),
    [
        (lambda thread, buffer: buffer.free(), 8, "f32", Defect),
        (lambda thread, buffer: thread.copies.reads(buffer, 8), 8, "f32", Defect),
        (lambda thread, buffer: buffer.lock(8), 8, "f32", Defect),
        (lambda thread, buffer: None, -4, "f32", Defect),
        (lambda thread, buffer: None, 64, "f32", Defect),
        (lambda thread, buffer: None, 6, "f32", NotModelled),
        (lambda thread, buffer: None, 8, "f16", NotModelled),
    ],
)
def test_what_is_wrong_with_a_later_write_is_found(
    prepare: Callable[[Thread, Buffer], None], offset: int, type_: str, error: type[Exception]
) -> None:
    thread, buffer = written_before()
    prepare(thread, buffer)
    with pytest.raises(error):
        store(thread, buffer, offset, type_, 2)


def test_a_write_after_the_wait_for_a_copy_that_read_is_no_race() -> None:
    thread, buffer = written_before()
    thread.copies.reads(buffer, 8)
    thread.copies.wait(thread.stamp(), frozenset({"io"}))
    store(thread, buffer, 8, "f32", 2)
    assert buffer.final(2) == 2
