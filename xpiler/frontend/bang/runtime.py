"""The host side of BANG: cnrt calls and launches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clang.cindex import Cursor, CursorKind
from mlir import ir

from xpiler.diagnostics import InvalidInput, warn
from xpiler.frontend.builder import constant_of
from xpiler.frontend.c_types import I32, U32, OpaqueType
from xpiler.frontend.calls import Call
from xpiler.frontend.conversions import convert
from xpiler.frontend.cursors import children, place_of
from xpiler.frontend.host_runtime import Runtime, StreamCalls, stream_of
from xpiler.frontend.language import Handler
from xpiler.frontend.simt.runtime import launch_arguments
from xpiler.frontend.values import Aggregate, Scalar, Value

if TYPE_CHECKING:
    from xpiler.frontend.reader import Reader

RUNTIME = Runtime(
    malloc=("cnrtMalloc",),
    free=("cnrtFree",),
    copy=("cnrtMemcpy",),
    set_bytes=("cnrtMemset",),
    copy_kinds={0: "h2d", 1: "d2d", 2: "d2h"},
    ignored=(
        "cnrtInit", "cnrtSetDevice", "cnrtGetDevice", "cnrtGetLastError",
        "cnrtNotifierCreate", "cnrtNotifierDestroy", "cnrtPlaceNotifier", "cnrtNotifierDuration",
    ),
    streams=StreamCalls(
        make=("cnrtQueueCreate", "cnrtCreateQueue"),
        destroy=("cnrtQueueDestroy", "cnrtDestroyQueue"),
        wait=("cnrtQueueSync", "cnrtSyncQueue"),
        wait_for_all=("cnrtSyncDevice",),
    ),
    messages=("cnrtGetErrorStr",),
)  # fmt: skip
TASK_KINDS = {1: "block", 4: "union1", 8: "union2", 16: "union4", 32: "union8", 64: "union16"}
TYPES = {"cnrtQueue_t": OpaqueType("queue", "!xpiler.stream"), "cnrtNotifier_t": OpaqueType("notifier")}
DEFAULT_TASKS, DEFAULT_CLUSTERS = (16, 1, 1), 4  # of a kernel whose file does not say
USUAL_LAUNCH = f"tasks={DEFAULT_TASKS[0]},type=union{DEFAULT_CLUSTERS}"
NO_LAUNCHER = f"the file does not launch its kernel: taken as Union4, {DEFAULT_TASKS[0]} tasks on {DEFAULT_CLUSTERS} clusters"
NO_LAUNCHER_HINT = f"say it with --launch {USUAL_LAUNCH}, or add a launcher"
GIVEN = f"the launcher is given the number of tasks: taken as Union{DEFAULT_CLUSTERS}, {DEFAULT_TASKS[0]} tasks"
GIVEN_HINT = f"say it with --launch {USUAL_LAUNCH}, if the kernel relies on another number"
LAUNCH_HINT = f"for example --launch {USUAL_LAUNCH}"


def copy_in_queue(call: Call) -> Value:
    """`cnrtMemcpyAsync(dst, src, bytes, queue, direction)`: in order with what the queue runs."""
    arguments = (*call.arguments[:3], call.arguments[4], call.arguments[3])
    return RUNTIME.copied(Call(call.reader, call.cursor, call.name, arguments, call.result_type))


HOST: dict[str, Handler] = {**RUNTIME.builtins(), "cnrtMemcpyAsync": copy_in_queue}


def launch(reader: Reader, cursor: Cursor, kernel: str) -> None:
    """`kernel<<<dim, type, queue>>>(arguments)`."""
    configuration = children(cursor)[1]
    if configuration.kind != CursorKind.CALL_EXPR or "PushCallConfiguration" not in configuration.spelling:
        raise reader.unsupported("a kernel called without a launch geometry", "launch it with <<<dim, type, queue>>>")
    dim, kind, queue, *_ = list(configuration.get_arguments())
    tasks = _tasks(reader, reader.rvalue(dim))
    stream = stream_of(reader, reader.rvalue(queue) if queue is not None else None)
    operands = launch_arguments(reader, cursor, kernel)
    segments = [0, 0, len(tasks), 0, len(stream), len(operands)]
    attributes = {
        "kernel": ir.FlatSymbolRefAttr.get(kernel),
        "task_kind": ir.Attribute.parse(f"#xpiler.task_kind<{_task_kind(reader, kind)}>"),
        "operandSegmentSizes": ir.DenseI32ArrayAttr.get(segments),
    }
    reader.builder.op("xpiler.launch", [*tasks, *stream, *operands], attributes=attributes)


def _tasks(reader: Reader, dim: Value) -> list[ir.Value]:
    """The three numbers of a cnrtDim3_t."""
    if not isinstance(dim, Aggregate):
        raise reader.unsupported("this launch dimension", "give a cnrtDim3_t")
    return [convert(reader.builder, part.ssa, part.ctype, I32) for part in dim.fields.values() if isinstance(part, Scalar)]


def _task_kind(reader: Reader, cursor: Cursor) -> str:
    value = reader.rvalue(cursor)
    known = constant_of(value.ssa) if isinstance(value, Scalar) else None
    if known not in TASK_KINDS:
        raise reader.unsupported("a launch whose function type is not a constant", "use cnrtFuncTypeBlock or cnrtFuncTypeUnion1 ... 16")
    return TASK_KINDS[int(known)]


def given_tasks(reader: Reader, parameter: Cursor) -> Value:
    """The number of tasks that a launcher is given: what BANG's default is, since a kernel is right for any number."""
    warn(GIVEN, place_of(parameter), GIVEN_HINT)
    sizes = [reader.constant(size, U32) for size in DEFAULT_TASKS]
    return Aggregate(reader.ctype(parameter), dict(zip("xyz", sizes, strict=True)))


def given_type(reader: Reader, parameter: Cursor) -> Value:
    """The function type that a launcher is given, to fit the number of tasks."""
    return reader.constant(next(number for number, word in TASK_KINDS.items() if word == f"union{DEFAULT_CLUSTERS}"), I32)


GIVEN_TYPES = {"cnrtDim3_t": given_tasks, "cnrtFunctionType_t": given_type}


def launch_text(launcher: str, kernel: str, geometry: dict[str, list[str]], parameters: list[str], names: list[str]) -> str:
    """`--launch tasks=16,type=union4` as a device launcher in BANG's own words."""
    if not {"tasks"} <= set(geometry) <= {"tasks", "type"}:
        raise InvalidInput("--launch needs 'tasks', and may have 'type'", hint=LAUNCH_HINT)
    word = geometry.get("type", ["union4"])[0].lower()
    if word not in TASK_KINDS.values():
        raise InvalidInput(f"'{word}' in --launch is no function type", hint=f"expected one of {', '.join(TASK_KINDS.values())}")
    sizes = zip("xyz", [*geometry["tasks"], "1", "1"], strict=False)
    signature = ", ".join(["cnrtQueue_t queue", *parameters])
    dim = "cnrtDim3_t dim; " + " ".join(f"dim.{axis} = {size};" for axis, size in sizes)
    return f"void {launcher}({signature}) {{ {dim} {kernel}<<<dim, cnrtFuncType{word.capitalize()}, queue>>>({', '.join(names)}); }}"
