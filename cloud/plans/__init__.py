"""Plans of communities, and where on them cameras, zones and devices are."""
