"""A platform's language, as a table: what a plug-in tells the front end.

To add a builtin, a platform writes a function and puts it under the builtin's name::

    def memcpy(call: Call) -> None:
        call.emit("bang.memcpy", [call.buffer(0), call.buffer(1), call.value(2, I32)], direction=call.constant(3))

    BANG = Language(name="bang", builtins={"__memcpy": memcpy}, ...)

and declares the C signature in its prelude header (`xpiler/platforms/<name>/include`), so that clang converts
the arguments. A handler returns what the call evaluates to (`call.result(ssa)`, any value of values.py, or
None for void). `Call` (calls.py) has the arguments, the result type, the location and the emitter.

A name without a call (taskId, threadIdx.x) goes to `variables`; for a record variable the handler is given
the field's name. A qualifier is an `annotate("...")` (or CUDA's own) attribute looked up in `spaces`. A record
type that is one value (float4, __m512) goes to `types`. `kernels` says which functions are kernels.
`pragma` is given a statement whose text is preceded by a pragma (OpenMP).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from clang.cindex import Cursor

from xpiler.frontend.c_types import ArrayType, CType
from xpiler.frontend.values import Value

if TYPE_CHECKING:
    from mlir import ir

    from xpiler.frontend.calls import Call
    from xpiler.frontend.options import ReadOptions
    from xpiler.frontend.places import Place
    from xpiler.frontend.reader import Reader

Handler = Callable[["Call"], Value | None]
# --launch as a launcher's text: the launcher's name, the kernel's, the geometry, the parameters as declared and by name.
LaunchText = Callable[[str, str, dict[str, list[str]], list[str], list[str]], str]
VariableHandler = Callable[["Reader", Cursor, str], Value]
VariableValue = Callable[["Reader", Cursor], Value]


@dataclass(frozen=True)
class UsualLaunch:
    """What a kernel that nothing launches is taken to be launched by, in the words of --launch, and the warning that says so."""

    geometry: str
    warning: str
    hint: str


@dataclass(frozen=True)
class Language:
    """Everything the front end knows about a platform."""

    name: str
    flags: tuple[str, ...]  # clang's mode, for example -x cuda --cuda-host-only
    suffix: str  # of a text that has no file
    include_dirs: tuple[Path, ...]  # our headers
    prelude: str  # the header read before every file
    default_arch: str
    machine_words: tuple[str, ...] = ()  # of comments that speak of how the platform runs a kernel
    word_flags: Callable[[str], tuple[str, ...]] = lambda name: ()  # for a file in a language that is read as this one (C as C++)
    device_macros: Callable[[ReadOptions], Mapping[str, str]] = lambda options: {}
    is_kernel: Callable[[Cursor], bool] = lambda function: False
    spaces: Mapping[str, str] = field(default_factory=dict)  # qualifier -> memory space attribute
    types: Mapping[str, CType] = field(default_factory=dict)  # spelling of a record or typedef -> type
    type_of: Callable[[str], CType | None] = lambda spelling: None  # for families of types
    builtins: Mapping[str, Handler] = field(default_factory=dict)
    is_builtin_text: Callable[[Cursor], bool] = lambda definition: False  # a builtin that the file itself defines, word for word
    builtin_of: Callable[[str], Handler | None] = lambda name: None  # for families of builtins
    assembly: Mapping[str, str] = field(default_factory=dict)  # an instruction without operands -> the builtin that is it
    variables: Mapping[str, VariableHandler] = field(default_factory=dict)
    out_parameters: Mapping[str, int] = field(default_factory=dict)  # builtins that assign through `&x`
    positive_ops: frozenset[str] = frozenset()  # operations (or kinds: #bang.index_kind<task_dim>) whose result is at least 1
    invariant_calls: frozenset[str] = frozenset()  # builtins without effect whose result depends on their arguments alone
    given: Mapping[str, VariableValue] = field(default_factory=dict)  # types of parameters that only configure a launch -> their value
    unsized_array: Callable[[Reader, Cursor, ArrayType], Place] | None = None  # dynamic shared memory
    run_time_array: Callable[[Reader, Cursor, ArrayType], Place] | None = None  # a local array whose extent is a value
    launch: Callable[[Reader, Cursor, str], None] | None = None  # reads a call of a kernel from host code
    launch_text: LaunchText | None = None
    usual_launch: UsualLaunch | None = None  # of a kernel whose file launches nothing, where that is no error
    launch_parts: tuple[str, ...] = ()  # what <<<...>>> holds, in the words of --launch; "" for what they leave out
    launch_word: Callable[[str], str] = str  # a constant of <<<...>>> in the words of --launch
    pragma: Callable[[Reader, Cursor], bool] | None = None
    check: Callable[[ir.Operation, ReadOptions], None] | None = None  # limits of the platform, on a kernel that was read
