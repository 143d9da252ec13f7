"""The cloud: ingest, cases, devices, accounts, console."""
