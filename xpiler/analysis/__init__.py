"""Facts about programs in shared form: index polynomials, ranges, effects, dependences. Nothing here changes the IR."""
