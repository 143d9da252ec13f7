"""Meters and sensor boards on their lines: what they tell, as values that the rules and the contract understand."""
