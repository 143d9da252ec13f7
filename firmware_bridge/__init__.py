"""Everything that talks to devices on a wire: codecs, transports, drivers, firmware.

The room is laid out so that its import rules hold from the first day; meters and the gate board move in next.
"""
