"""One module a family of networks: what its outputs mean."""
