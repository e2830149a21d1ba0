"""Tuning: which passes in which order, and with which parameters, make a kernel fast; judged by measurement, never without a verdict.

The seams have the field's names: SpaceGenerator (`space`), SearchStrategy (`search`), CostModel (`cost_model`), Builder (`builder`),
Runner (`runner`), Database (`database`); `tuner` puts them together.
"""
