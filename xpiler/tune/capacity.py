"""How much of each on-chip memory a target has, from its platform's facts."""

from __future__ import annotations

from xpiler.platforms.bang.descriptor import architecture
from xpiler.platforms.target import Target

VECTOR_REGISTER_BYTES = 32 * 64  # AVX-512


def capacity_bytes(target: Target) -> dict[str, int]:
    """Bytes by memory space; a space that is not named has no limit that a schedule could pass."""
    if target.platform == "bang":
        chip = architecture(target.arch)
        return {"nram": chip.usable_nram_bytes, "wram": chip.wram_bytes}
    return {"registers": VECTOR_REGISTER_BYTES} if target.platform == "vnni" else {}
