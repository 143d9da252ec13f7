"""Evaluation: how well cases are handled, by organisation, community and period; computed from the cases themselves."""
