"""Everything that puts the product on a machine."""
