"""Things that fall from a façade: luma in, verdicts out. Specks → tracks → physics → verdict."""
