"""The host side of CUDA and HIP: the same calls under two prefixes."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.expression import Expr
from xpiler.lowering.c_text.host_text import arguments, dimensions, launched_kernel
from xpiler.lowering.simt.row_blocks import BLOCK_SIZES

_CHECK = """// Ends the program with a message when a runtime call fails.
#define CHECK(call) do {{ {prefix}Error_t status = (call); if (status != {prefix}Success) {{ \\
  fprintf(stderr, "%s:%d: %s\\n", __FILE__, __LINE__, {prefix}GetErrorString(status)); exit(1); }} }} while (0)"""
_KINDS = {"h2d": "HostToDevice", "d2h": "DeviceToHost", "d2d": "DeviceToDevice"}


@dataclass(frozen=True)
class SimtRuntime:
    """`cudaMalloc` and its kin; `prefix` is cuda or hip."""

    prefix: str

    @property
    def stream_type(self) -> str:
        """The type of a stream."""
        return f"{self.prefix}Stream_t"

    def checked(self, body: Body, call: str) -> str:
        """A statement that makes a runtime call and looks at its result."""
        body.file.include("<cstdio>")
        body.file.include("<cstdlib>")
        body.file.define("CHECK", _CHECK.format(prefix=self.prefix))
        return f"CHECK({self.prefix}{call});"

    def allocate(self, body: Body, name: str, element: str, size: str) -> None:
        """Declares and allocates a device buffer."""
        body.line(f"{element} *{name};")
        body.line(self.checked(body, f"Malloc((void **)&{name}, {size})"))

    def free(self, body: Body, pointer: Expr) -> str:
        """Frees a device buffer."""
        return self.checked(body, f"Free({pointer.text})")

    def copy(self, body: Body, target: Expr, source: Expr, size: str, kind: str, stream: str | None) -> str:
        """Copies bytes, on a stream where there is one."""
        direction = f"{self.prefix}Memcpy{_KINDS[kind]}"
        if stream:
            return self.checked(body, f"MemcpyAsync({target.text}, {source.text}, {size}, {direction}, {stream})")
        return self.checked(body, f"Memcpy({target.text}, {source.text}, {size}, {direction})")

    def fill(self, body: Body, target: Expr, value: Expr, size: str) -> str:
        """Sets bytes."""
        return self.checked(body, f"Memset({target.text}, {value.text}, {size})")

    def launch(
        self,
        body: Body,
        op: ir.Operation,
        grid: list[ir.Value],
        block: list[ir.Value],
        tasks: list[ir.Value],
        shared: list[ir.Value],
        stream: list[ir.Value],
        args: list[ir.Value],
    ) -> None:
        """`K<<<grid, block, shared, stream>>>(args);` and the check that it started."""
        kernel = ir.FlatSymbolRefAttr(op.attributes["kernel"]).value
        if BLOCK_SIZES in launched_kernel(op).attributes:
            kernel = f"{kernel}<{body.value(block[0]).text}>"
        sizes = [self._dim3([body.value(v) for v in group]) for group in (grid, block)]
        rest = [body.value(shared[0]).text] if shared else (["0"] if stream else [])
        rest += [body.value(stream[0]).text] if stream else []
        body.statement(f"{kernel}<<<{', '.join(sizes + rest)}>>>({', '.join(arguments(body, op, args))});")
        body.line(self.checked(body, "GetLastError()"))

    def _dim3(self, sizes: list[Expr]) -> str:
        kept = dimensions(sizes)
        return kept[0].text if len(kept) == 1 else f"dim3({', '.join(s.text for s in kept)})"
