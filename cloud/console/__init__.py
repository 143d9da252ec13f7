"""What property staff see and press: pages for a phone, live, and the same as JSON for programs."""
