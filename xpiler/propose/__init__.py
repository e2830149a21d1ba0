"""Proposals: schedules, patterns and programs that somebody (a rule, a model, a person) suggests, judged before they count."""
