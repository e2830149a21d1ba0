"""Streams and queues of the host: made before they are used, not used once destroyed, and waited for before other work needs theirs.

Work in one stream runs in order and the platform form keeps that order alone, so text whose work in two streams is ordered by nothing is
refused. The default stream of CUDA and HIP waits for all others and they for it; that of BANG, and its plain copies, are taken to do so,
and a copy to the host that relies on it is a warning: nothing documents that it waits for a queue that was created. So is an asynchronous
copy to the host that nothing waits for before the launcher returns. Both are noted on the launcher, so that nothing is proved of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlir import ir

from xpiler.diagnostics import Place, warn
from xpiler.frontend.calls import Call
from xpiler.frontend.cursors import invalid, place_of
from xpiler.frontend.places import VariablePlace
from xpiler.frontend.values import AddressOf, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

NOT_ASSIGNED = "ub.poison"
UNAWAITED = "xpiler.unawaited"  # on a launcher: the copy to the host that may be too early or unfinished, in words


class Streams:
    """What a launcher has made of its streams so far, in the order of the text."""

    def __init__(self) -> None:
        self._made: set[ir.Value] = set()
        self._busy: set[ir.Value] = set()
        self._returning: dict[ir.Value | None, Place] = {}  # asynchronous copies to the host under way, by their stream
        self.unawaited: list[str] = []  # what a proof must not rest on

    def make(self, call: Call) -> None:
        """`create(&stream)`: the variable holds a stream of its own."""
        address = call.any(0)
        if isinstance(address, AddressOf):
            stream = call.reader.builder.poison(address.place.ctype.mlir())
            self._made.add(stream)
            address.place.store(call.reader, Scalar(stream, address.place.ctype))

    def destroy(self, call: Call) -> None:
        """`destroy(stream)`: its work goes on, nothing new may be added, so that the variable holds no stream from here on."""
        self._known(call.reader, call.any(0))
        place = call.place(0)
        if isinstance(place, VariablePlace):
            place.store(call.reader, Scalar(call.reader.builder.poison(place.ctype.mlir()), place.ctype))

    def wait(self, call: Call) -> None:
        """`synchronize(stream)`."""
        stream = self._known(call.reader, call.any(0))
        self._busy -= {stream} if stream is not None else self._busy
        self._returning = {} if stream is None else {s: place for s, place in self._returning.items() if s is not stream}

    def wait_for_all(self) -> None:
        """The host waits for the device."""
        self._busy.clear()
        self._returning.clear()

    def read_back(self, reader: Reader) -> None:
        """A plain copy to the host. Warns where work in a queue of BANG may still be under way."""
        if self._busy and reader.language.name == "bang":
            assert reader.cursor is not None
            message = "the copy may begin before the work in the queue has ended: it is taken to wait"
            self._note(message, place_of(reader.cursor), "wait for the queue before it: cnrtQueueSync(queue)")

    def return_later(self, reader: Reader, value: Value | None) -> None:
        """An asynchronous copy to the host; one in a stream of the caller's is the caller's to wait for."""
        stream = self._known(reader, value)
        if stream is None or stream in self._made:
            assert reader.cursor is not None
            self._returning[stream] = place_of(reader.cursor)

    def end(self) -> None:
        """The launcher returns. Warns where a copy to the host may not have ended."""
        for place in self._returning.values():
            self._note("the launcher may return before this copy has ended", place, "wait for its stream or queue before the end")

    def _note(self, message: str, place: Place, hint: str) -> None:
        self.unawaited.append(f"{message} ({place})")
        warn(message, place, hint)

    def work(self, reader: Reader, value: Value | None) -> None:
        """A launch or copy in a stream, or in the default one (None). Raises InvalidInput, Unsupported."""
        stream = self._known(reader, value)
        if stream is None:
            self._busy.clear()
            return
        if self._busy - {stream}:
            raise reader.unsupported(
                "work that nothing orders after the work of another stream or queue", "synchronise the first one before this"
            )
        self._busy.add(stream)

    def _known(self, reader: Reader, value: Value | None) -> ir.Value | None:
        """The stream, None for the default one. Raises InvalidInput where there is none at this moment."""
        if not isinstance(value, Scalar) or str(value.ssa.type) != "!xpiler.stream":
            return None
        stream = value.ssa
        if not isinstance(stream.owner, ir.Block) and stream.owner.name == NOT_ASSIGNED and stream not in self._made:
            assert reader.cursor is not None
            raise invalid(reader.cursor, "a stream or queue is used before it is created, or after it is destroyed")
        return stream
