"""Thrown objects: a simulator of falls and of what looks like them, and what is trained on it."""
