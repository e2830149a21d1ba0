"""A change of IR in a person's own words: what is tried at a line of their text."""

from __future__ import annotations

from xpiler.repair.wording import rewordings


def tried(line: str, before: str, after: str, text: str = "{}") -> list[str]:
    whole = text.replace("{}", line)
    return list(rewordings(whole, whole[: whole.index(line)].count("\n") + 1, before, after))


def test_one_less_is_put_behind_a_word_or_a_parenthesis() -> None:
    assert "copy(in, w, h - 1);" in tried("copy(in, w, h);", "copy(in, w, h);", "copy(in, w, h + (unsigned)-1);")
    assert "m = (1u << (n - i)) - 1;" in tried("m = (1u << (n - i));", "m = 1u << n;", "m = (1u << n) - 1;")


def test_a_number_keeps_its_sign_and_takes_the_name_that_the_text_has() -> None:
    assert "peak = set1(-3.5f);" in tried("peak = set1(0.0f);", "peak = zero();", "peak = set1(-3.5f);")
    named = tried("peak = set1(0.0f);", "peak = zero();", "peak = set1(-3.4028235e38f);", "// -FLT_MAX\n{}")
    assert named.index("// -FLT_MAX\npeak = set1(-FLT_MAX);") < named.index("// -FLT_MAX\npeak = set1(-3.4028235e38f);")
    assert "#define TILE 64\nn = TILE;" in tried("n = 32;", "n = 32;", "n = 64;", "#define TILE 64\n{}")


def test_a_call_that_came_in_goes_in_alone_whatever_else_is_printed_in_another_way() -> None:
    before, after = "if (t < half) s[t] += s[t + half];", "bool inside = t < half;\n__syncthreads();\nif (inside) s[t] += s[t + half];"
    text = "for (;;) {\n  {}\n}"
    assert "for (;;) {\n  __syncthreads();\n  if (t < half) s[t] += s[t + half];\n}" in tried(before, before, after, text)


def test_a_count_of_elements_becomes_one_of_bytes() -> None:
    assert "copy(a, b, n * sizeof(float), IN);" in tried("copy(a, b, n, IN);", "copy(a, b, n, IN);", "copy(a, b, n * sizeof(float), IN);")


def test_a_quotient_that_is_rounded_up_is_written_as_people_write_it() -> None:
    assert tried("n = m / 32;", "n = m / 32;", "n = (m + (32 - 1)) / 32;")[0] == "n = (m + 31) / 32;"
    assert "n = (m + TILE - 1) / TILE;" in tried("n = m / TILE;", "n = m / 32;", "n = (m + 31) / 32;")
