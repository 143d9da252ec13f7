"""What watching one 1080p stream costs, against two other ways of doing it, in CPU time and in one run."""
