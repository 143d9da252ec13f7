"""What `linli-bridge` does, one module a command; `firmware_bridge.__main__` puts them together."""
