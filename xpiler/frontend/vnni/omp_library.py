"""OpenMP's library: what asks for the threads is answered for one thread, which every program has to be right for.

    int id = omp_get_thread_num(), threads = omp_get_num_threads();      0 and 1: the whole share in sequence

Whether the text is right for more threads (two of them may meet in an element) is not seen then, so that nothing is proved of it.
"""

from __future__ import annotations

from xpiler.frontend.c_types import I32
from xpiler.frontend.calls import Call
from xpiler.frontend.cursors import place_of
from xpiler.frontend.language import Handler
from xpiler.frontend.values import Scalar

OF_ONE_THREAD = {
    "omp_get_thread_num": 0,
    "omp_get_num_threads": 1,
    "omp_get_max_threads": 1,
    "omp_get_num_procs": 1,
    "omp_in_parallel": 0,
}


def builtins() -> dict[str, Handler]:
    """The functions by name."""
    found: dict[str, Handler] = {name: _answer(number) for name, number in OF_ONE_THREAD.items()}
    return found | {"omp_set_num_threads": lambda call: None}


def _answer(number: int) -> Handler:
    def read(call: Call) -> Scalar:
        call.reader.directives.doubt(place_of(call.cursor), f"'{call.name}' is read as that of one thread")
        return call.result(call.reader.builder.constant(number, I32.mlir()))

    return read
