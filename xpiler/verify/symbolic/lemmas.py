"""What the closed forms of recurrence.py and the algebra rest on, as formulas that Z3 decides (test_lemmas.py).

Each function returns a formula that must be valid. exp is any function with exp(a + b) = exp(a) exp(b) and no zero.
"""

from __future__ import annotations

import z3


def scaled_sum_step() -> z3.BoolRef:
    """A sum that a loop scales by g(before) / g(now) is a plain sum once it is multiplied by g: the step of the induction.

    From v' = v (g / g') + e follows v' g' = v g + e g'. With g = exp(maximum) this is online softmax, and the weighted sum of attention.
    """
    v, e, before, now = z3.Reals("v e before now")
    after = v * (before / now) + e
    return z3.Implies(now != 0, after * now == v * before + e * now)


def shift_cancels() -> z3.BoolRef:
    """exp(x - m) / sum of exp(y - m) does not depend on m: exp(x) exp(-m) / (s exp(-m)) = exp(x) / s."""
    exp = z3.Function("e_to_the", z3.RealSort(), z3.RealSort())
    x, m, s = z3.Reals("x m s")
    split = z3.And(exp(x - m) == exp(x) * exp(-m), exp(m) * exp(-m) == 1)
    return z3.Implies(z3.And(split, s != 0), exp(x - m) / (s * exp(-m)) == exp(x) / s)


def logistic_turned() -> z3.BoolRef:
    """1 / (c + d / E) = (1 - d / (d + c E)) / c, where all three quotients have a value."""
    c, d, e = z3.Reals("c d e")
    defined = z3.And(c != 0, e != 0, c + d / e != 0, d + c * e != 0)
    return z3.Implies(defined, 1 / (c + d / e) == (1 - d / (d + c * e)) / c)


def one_iteration() -> z3.BoolRef:
    """A loop whose step covers all that is left runs once, whatever the step is: the grid-stride loop of a grid that covers the data."""
    low, high, step, k = z3.Ints("low high step k")
    return z3.Implies(z3.And(step >= 1, low + step >= high, k >= 1), z3.Not(low + k * step < high))


def row_major_is_one_to_one() -> z3.BoolRef:
    """`i*n + j` with 0 <= j < n tells i and j apart: what makes two subscripts out of one.

    `row` and `other` are i*n and p*n; that a product by n grows by at least n with its other factor is all that is asked of them.
    """
    i, j, p, q, n, row, other = z3.Ints("i j p q n row other")
    inside = z3.And(n >= 1, 0 <= j, j < n, 0 <= q, q < n)
    grows = z3.And(z3.Implies(i > p, row >= other + n), z3.Implies(p > i, other >= row + n), z3.Implies(i == p, row == other))
    return z3.Implies(z3.And(inside, grows, row + j == other + q), z3.And(i == p, j == q))


def first_digit_decides() -> z3.BoolRef:
    """`q*n + c` with 0 <= c < n has the sign of q, or of c where q is zero; `row` is q*n, of which the same is asked as above."""
    q, c, n, row = z3.Ints("q c n row")
    inside = z3.And(n >= 1, 0 <= c, c < n)
    grows = z3.And(z3.Implies(q > 0, row >= n), z3.Implies(q < 0, row <= -n), z3.Implies(q == 0, row == 0))
    sign = z3.And((row + c < 0) == (q < 0), (row + c == 0) == z3.And(q == 0, c == 0))
    return z3.Implies(z3.And(inside, grows), sign)


def digits_are_quotients() -> z3.BoolRef:
    """`c*q + l` with 0 <= l < c tells q by a quotient: what makes digits of coordinates out of a subscript."""
    c, q, lower, element = z3.Ints("c q l element")
    return z3.Implies(z3.And(0 <= lower, lower < c, element == c * q + lower), element / c == q)


def longer_agreement_is_later() -> z3.BoolRef:
    """Of two moments before a third, the one that agrees with it for longer is the later one.

    Moments are ordered by their first place that differs; what stands behind it decides nothing.
    """
    longer, shorter, third = (z3.Ints(f"{of}0 {of}1 {of}2") for of in "abc")
    agrees_for_one = z3.And(longer[0] == third[0], longer[1] < third[1])
    agrees_for_none = shorter[0] < third[0]
    return z3.Implies(z3.And(agrees_for_one, agrees_for_none), _before(shorter, longer))


def _before(a: list[z3.ArithRef], b: list[z3.ArithRef]) -> z3.BoolRef:
    return z3.Or(a[0] < b[0], z3.And(a[0] == b[0], z3.Or(a[1] < b[1], z3.And(a[1] == b[1], a[2] < b[2]))))


def shares_are_apart() -> z3.BoolRef:
    """A later task's product with a share that is not negative is larger by a share at least; it is at most that of the last task.

    Tasks are integers, so that one before another is before it by one; the rest holds of all reals.
    """
    task, other, last, each = z3.Reals("task other last each")
    order = z3.And(0 <= task, task + 1 <= other, other <= last, each >= 0)
    return z3.Implies(order, z3.And(task * each + each <= other * each, 0 <= task * each, other * each <= last * each))


LEMMAS = (
    scaled_sum_step,
    shift_cancels,
    logistic_turned,
    one_iteration,
    row_major_is_one_to_one,
    first_digit_decides,
    digits_are_quotients,
    longer_agreement_is_later,
    shares_are_apart,
)
