"""The host side of BANG C: cnrt calls."""

from __future__ import annotations

from dataclasses import dataclass

from mlir import ir

from xpiler.lowering.c_text.attributes import keyword
from xpiler.lowering.c_text.body import Body
from xpiler.lowering.c_text.expression import Expr
from xpiler.lowering.c_text.host_text import arguments

_CHECK = """// Ends the program with a message when a runtime call fails.
#define CHECK(call) do { cnrtRet_t status = (call); if (status != cnrtSuccess) { \\
  fprintf(stderr, "%s:%d: cnrt error %d\\n", __FILE__, __LINE__, (int)status); exit(1); } } while (0)"""
_KINDS = {"h2d": "HostToDev", "d2h": "DevToHost", "d2d": "DevToDev"}
_FUNCTION_TYPES = {"block": "Block", **{f"union{n}": f"Union{n}" for n in (1, 2, 4, 8, 16)}}


@dataclass(frozen=True)
class CnrtRuntime:
    """`cnrtMalloc` and its kin."""

    stream_type: str = "cnrtQueue_t"

    def checked(self, body: Body, call: str) -> str:
        """A statement that makes a runtime call and looks at its result."""
        body.file.include("<cstdio>")
        body.file.include("<cstdlib>")
        body.file.define("CHECK", _CHECK)
        return f"CHECK({call});"

    def allocate(self, body: Body, name: str, element: str, size: str) -> None:
        """Declares and allocates a device buffer."""
        body.line(f"{element} *{name};")
        body.line(self.checked(body, f"cnrtMalloc((void **)&{name}, {size})"))

    def free(self, body: Body, pointer: Expr) -> str:
        """Frees a device buffer."""
        return self.checked(body, f"cnrtFree({pointer.text})")

    def copy(self, body: Body, target: Expr, source: Expr, size: str, kind: str, stream: str | None) -> str:
        """Copies bytes, on a queue where there is one."""
        direction = f"cnrtMemcpy{_KINDS[kind]}"
        if stream:
            return self.checked(body, f"cnrtMemcpyAsync({target.text}, {source.text}, {size}, {stream}, {direction})")
        return self.checked(body, f"cnrtMemcpy({target.text}, {source.text}, {size}, {direction})")

    def fill(self, body: Body, target: Expr, value: Expr, size: str) -> str:
        """Sets bytes."""
        return self.checked(body, f"cnrtMemset({target.text}, {value.text}, {size})")

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
        """`K<<<tasks, type, queue>>>(args);`; without a queue of the caller's, on one of its own, waited for."""
        kernel = ir.FlatSymbolRefAttr(op.attributes["kernel"]).value
        sizes = ", ".join(body.signed(v).text for v in tasks)
        name = body.names.claim("tasks", f"{kernel}_tasks")
        queue = body.value(stream[0]).text if stream else body.names.claim("queue", f"{kernel}_queue")
        kind = f"cnrtFuncType{_FUNCTION_TYPES[keyword(op, 'task_kind', default='block')]}"
        call = f"{kernel}<<<{name}, {kind}, {queue}>>>({', '.join(arguments(body, op, args))});"
        body.flush()
        if not stream:
            body.line(f"cnrtQueue_t {queue};")
            body.line(self.checked(body, f"cnrtQueueCreate(&{queue})"))
        body.line(f"cnrtDim3_t {name} = {{{sizes}}};")
        body.line(call)
        if not stream:
            body.line(self.checked(body, f"cnrtQueueSync({queue})"))
            body.line(self.checked(body, f"cnrtQueueDestroy({queue})"))
        elif any(_is_workspace(argument) for argument in args):  # which is freed behind the launch
            body.line(self.checked(body, f"cnrtQueueSync({queue})"))


def _is_workspace(argument: ir.Value) -> bool:
    return not isinstance(argument.owner, ir.Block) and argument.owner.operation.name == "xpiler.alloc"
