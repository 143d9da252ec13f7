"""Gateways: their keys, their last known state, and what is waiting to be said to them."""
