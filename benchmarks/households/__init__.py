"""Rules on meters judged on simulated households: leaks, and people who live alone and fall ill."""
