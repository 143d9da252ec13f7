"""What gateways measure again and again, and what it comes to now: berths, free or taken; meters and what was used."""
