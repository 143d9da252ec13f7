"""Meters, gates and sensors of a gateway: from what their lines tell, by the rules, to events in the outbox."""
