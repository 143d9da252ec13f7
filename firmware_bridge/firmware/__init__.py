"""The gate-sensor board's program in C, and what makes and signs its images."""
