"""What a child of the sandbox has in memory when it starts: modules only; no MLIR context, no thread."""

import xpiler.frontend
import xpiler.lowering
import xpiler.lowering.schedule
import xpiler.propose.trial
import xpiler.raising
import xpiler.repair.mending
import xpiler.translation
import xpiler.verify.validator  # noqa: F401
