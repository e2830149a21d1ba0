"""What a simulation may be told: the readings of what bang-c.md leaves open, and the limits of each architecture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from xpiler.diagnostics import InvalidInput


@dataclass(frozen=True)
class SimulatorOptions:
    """Each field is one question that the public documents do not settle; the default is the manual's or the likelier answer."""

    weights: str = "nk"
    """Layout of matmul's right operand and of mlp's filter: "nk" (one output's weights together, the manual) or "kn"."""
    async_effect: str = "sync"
    """When an async copy happens: at its "sync" (as late as it may), or at its "issue"."""
    memory_core: str = "auto"
    """Whether the memory core of each cluster runs the kernel: "never", "always" on union launches, "auto" where SRAM is declared."""
    saturate: bool = True
    """Conversions to integers out of range saturate; otherwise they wrap."""
    log_base: str = "e"
    """Base of `__bang_log`: "e", or "2" as one edition of the guide has it."""
    check_input_range: bool = True
    """Warn where an active function gets inputs outside its documented range."""
    active_error: bool = False
    """Multiply results of active functions by one plus their documented average error."""
    sram2sram_is_22: bool = False
    """Older headers have no LDRAM2LDRAM: direction 22 then means SRAM2SRAM."""
    wram: str = "flat"
    """Layout of WRAM: "flat" (bytes in order, `__bang_reshape_filter` keeps it) or 64 "banks" over which filters have to be dealt out."""
    clusters: int = 8
    """Clusters of the device: the largest union that may be launched."""

    @classmethod
    def of_words(cls, words: Mapping[str, str]) -> SimulatorOptions:
        """The options that `name=value` words say; InvalidInput for a name or a value there is not."""
        values: dict[str, Any] = {}
        for name, word in words.items():
            default = getattr(cls, name, None)
            if default is None or callable(default):
                raise InvalidInput(f"the BANG simulator has no option '{name}'", hint=", ".join(f.name for f in fields(cls)))
            values[name] = _converted(name, word, default)
        return cls(**values)


_WORDS = {"weights": ("nk", "kn"), "async_effect": ("sync", "issue"), "memory_core": ("auto", "never", "always"), "log_base": ("e", "2"),
          "wram": ("flat", "banks")}  # fmt: skip


def _converted(name: str, word: str, default: object) -> object:
    if isinstance(default, bool) and word.lower() in ("true", "false", "1", "0", "on", "off"):
        return word.lower() in ("true", "1", "on")
    if isinstance(default, int) and not isinstance(default, bool) and word.isdigit():
        return int(word)
    if word in _WORDS.get(name, ()):
        return word
    hint = ", ".join(_WORDS.get(name, ("on", "off") if isinstance(default, bool) else ("a number",)))
    raise InvalidInput(f"'{word}' is no value of the option '{name}'", hint=hint)


@dataclass(frozen=True)
class Arch:
    """Sizes in KB: NRAM and WRAM a core, SRAM a cluster; what the compiler keeps of NRAM and SRAM for itself."""

    number: int
    nram_kb: int
    wram_kb: int
    sram_kb: int
    reserved_kb: int = 128
    cores_per_cluster: int = 4


ARCHITECTURES = {
    "mtp_220": Arch(220, 512, 512, 2048),
    "mtp_270": Arch(270, 512, 1024, 2048),
    "mtp_290": Arch(290, 512, 512, 2048),
    "tp_322": Arch(322, 768, 1024, 0, cores_per_cluster=1),
    "mtp_372": Arch(372, 768, 1024, 4096),
    "mtp_592": Arch(592, 512, 512, 2048),
}


def find_arch(name: str) -> Arch:
    """The architecture of that name, or a diagnostic listing those known."""
    if name not in ARCHITECTURES:
        raise InvalidInput(f"unknown architecture '{name}'", hint="known: " + ", ".join(ARCHITECTURES))
    return ARCHITECTURES[name]


def options_source(arch: Arch, options: SimulatorOptions, *, strict: bool, seed: int, uses_sram: bool) -> str:
    """The C++ definitions the runtime reads them from (runtime/options.h)."""
    device = (arch.number, arch.nram_kb, arch.wram_kb, arch.sram_kb, arch.reserved_kb, options.clusters, arch.cores_per_cluster)
    readings = (
        options.weights == "kn",
        options.async_effect == "issue",
        ("never", "always", "auto").index(options.memory_core),
        options.saturate,
        options.log_base == "2",
        options.check_input_range,
        options.active_error,
        options.sram2sram_is_22,
        options.wram == "banks",
    )
    numbers = ", ".join(str(int(value)) for value in (*device, strict, seed, *readings))
    return (
        f'#include "options.h"\nconst XpilerSimOptions xpiler_sim_options = {{{numbers}}};\n'
        f"const int xpiler_sim_uses_sram = {int(uses_sram)};\n"
    )
