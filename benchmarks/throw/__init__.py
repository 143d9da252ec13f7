"""Things thrown from buildings, simulated and filmed: what perception makes of them, beside the truth."""
