"""Tables from operation names to the functions that write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mlir import ir

if TYPE_CHECKING:
    from xpiler.lowering.c_text.body import Body
    from xpiler.lowering.c_text.buffer import Buffer
    from xpiler.lowering.c_text.expression import Expr

Handler = Callable[["Body", ir.Operation], "Expr | Buffer | None"]


class Handlers(dict[str, Handler]):
    """A table of handlers, filled by decorating functions with the names of the operations they write."""

    def writes(self, *operations: str) -> Callable[[Handler], Handler]:
        """Registers the decorated function for `operations`."""

        def register(function: Handler) -> Handler:
            self.update(dict.fromkeys(operations, function))
            return function

        return register
