"""From gate inputs and alarm contacts to alarms. Pure steps: state in, state out; no clock, no ids, no I/O."""
