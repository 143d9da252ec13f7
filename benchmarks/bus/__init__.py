"""How long a line of 64 meters takes to read, against the least that its bytes and gaps take; and the codec's speed."""
