"""From sightings to findings and answers. Pure steps: state in, state out; no clock, no ids, no I/O."""
