"""Every registered flag has its module, its class, its own name, and says what it does."""

from __future__ import annotations

import pytest

from xpiler.passes import pass_class, pass_names


@pytest.mark.parametrize("flag", pass_names())
def test_a_flag_leads_to_its_pass(flag: str) -> None:
    found = pass_class(flag)
    assert found.name == flag
    assert found.__doc__ and not found.__doc__.startswith(found.__name__)  # a docstring of its own, not the dataclass's
