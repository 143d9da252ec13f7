"""Costs and qualities, measured as ratios in one run."""
