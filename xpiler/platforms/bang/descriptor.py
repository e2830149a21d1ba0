"""The chips: how much memory each architecture has, and how many cores share it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xpiler.diagnostics import InvalidInput

INCLUDE = Path(__file__).resolve().parent / "include"
KIB = 1024
RESERVED_BYTES = 128 * KIB  # of NRAM and of SRAM, which the vendor's compiler keeps for itself


@dataclass(frozen=True)
class Architecture:
    """Limits of one `--arch`: NRAM and WRAM of a core, SRAM of a cluster."""

    name: str
    nram_bytes: int
    wram_bytes: int
    sram_bytes: int
    cores_per_cluster: int = 4

    @property
    def number(self) -> int:
        """The value of `__BANG_ARCH__`."""
        return int(self.name.rpartition("_")[2])

    @property
    def usable_nram_bytes(self) -> int:
        """What a kernel may take without crowding the compiler's stack."""
        return self.nram_bytes - RESERVED_BYTES


def _chip(name: str, nram: int, wram: int, sram: int, cores: int = 4) -> Architecture:
    return Architecture(name, nram * KIB, wram * KIB, sram * KIB, cores)


DEFAULT = "mtp_592"
ARCHITECTURES = {
    chip.name: chip
    for chip in (
        _chip("tp_210", 256, 256, 0),
        _chip("mtp_220", 512, 512, 2048),
        _chip("mtp_270", 512, 1024, 2048),
        _chip("mtp_290", 512, 512, 2048),
        _chip("tp_322", 768, 1024, 0, cores=1),
        _chip("mtp_372", 768, 1024, 4096),  # the sample build script says 2048 KB of SRAM, the library and the book 4096
        _chip("mtp_592", 512, 512, 2048),
    )
}


def architecture(name: str) -> Architecture:
    """The chip of an `--arch`, mtp_592 for the empty name. Raises InvalidInput for one that is not known."""
    chip = ARCHITECTURES.get(name or DEFAULT)
    if chip is None:
        raise InvalidInput(f"unknown architecture '{name}'", hint=f"expected one of {', '.join(ARCHITECTURES)}")
    return chip
