"""Platform-form modules for the tests of SIMT raising: a kernel's text, its launch, and raised code run on arrays."""

from __future__ import annotations

from mlir import ir

from xpiler import dialects, raising
from xpiler.execution import jit

ALIASES = "".join(
    f"!{role}_{layout} = !cuda.fragment<{role}, 16x16x16, f16, {layout}>\n" for role in ("a", "b") for layout in ("row", "col")
)
ALIASES += "!acc = !cuda.fragment<acc, 16x16x16, f32>\n"


def module_text(
    kernel: str, parameters: str, *, grid: str, block: str, host: str = "", shared: str = "", target: str = '"cuda", arch = "sm_90"'
) -> str:
    """A module with kernel `@k` and its launcher; `grid` and `block` are three i32 values of `host`, constants by number."""
    constants = "".join(f"%c{n} = arith.constant {n} : i32\n" for n in (0, 1, 2, 4, 8, 16, 31, 32, 33, 64, 96, 128, 255, 256))
    names = ", ".join(part.split(":")[0].strip() for part in parameters.split(","))
    types = ", ".join(part.split(":", 1)[1].split("{")[0].strip() for part in parameters.split(","))
    return f"""{ALIASES}
    module attributes {{xpiler.target = #xpiler.target<{target}>}} {{
      func.func @k({parameters}) attributes {{xpiler.kernel}} {{
        {constants}
        {kernel}
        return
      }}
      func.func @k_kernel({parameters}) attributes {{xpiler.launcher = "device"}} {{
        {constants}
        {host}
        xpiler.launch @k grid({grid}) block({block}) {f"shared({shared})" if shared else ""} args({names} : {types})
        return
      }}
    }}"""


def parse(text: str) -> ir.Module:
    return ir.Module.parse(text, dialects.context())


def raised(text: str, *, normalize: bool = False) -> ir.Module:
    """The module raised and verified; not normalised, so that these tests are about raising alone."""
    module = raising.raise_module(parse(text), normalize=normalize)
    assert module.operation.verify()
    return module


def run(text: str, arguments: list) -> None:
    """Raise the module and run `@k` on the arguments."""
    jit.run(raised(text), "k", arguments)


def run_normalized(text: str, arguments: list) -> None:
    """Raise and normalise the module, and run `@k` on the arguments."""
    jit.run(raised(text, normalize=True), "k", arguments)
