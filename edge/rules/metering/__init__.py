"""From meter readings to alarms. Pure steps: state in, state out; no clock, no ids, no I/O."""
