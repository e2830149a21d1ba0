"""The host side of vnni: the device is the host, device buffers are ordinary memory."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.diagnostics import Unsupported
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.expression import Expr
from xpiler.lowering.c_text.location import place_of


@dataclass(frozen=True)
class HostRuntime:
    """malloc and memcpy."""

    stream_type: str = "void *"

    def allocate(self, body: Body, name: str, element: str, size: str) -> None:
        """Declares and allocates a buffer."""
        body.file.include("<cstdlib>")
        body.line(f"{element} *{name} = ({element} *)malloc({size});")
        body.line(f"if (!{name}) abort();")

    def free(self, body: Body, pointer: Expr) -> str:
        """Frees a buffer."""
        return f"free({pointer.text});"

    def copy(self, body: Body, target: Expr, source: Expr, size: str, kind: str, stream: str | None) -> str:
        """Copies bytes."""
        body.file.include("<cstring>")
        return f"memcpy({target.text}, {source.text}, {size});"

    def fill(self, body: Body, target: Expr, value: Expr, size: str) -> str:
        """Sets bytes."""
        body.file.include("<cstring>")
        return f"memset({target.text}, {value.text}, {size});"

    def launch(self, body: Body, op: ir.Operation, *groups: list[ir.Value]) -> None:
        """There is nothing to launch on: kernels are called."""
        raise Unsupported("a launch in a module for vnni", place_of(op.location))
