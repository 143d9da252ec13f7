"""Days of a community's parking, simulated as looks: what perception and rules make of them, beside the truth."""
