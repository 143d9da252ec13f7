"""Who is told of what happens to cases, over which channel, and whether it arrived."""
