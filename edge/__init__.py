"""The gateway: sources, perception, rules, evidence, outbox, uplink, health."""
