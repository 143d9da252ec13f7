"""Everything that talks to devices on a wire: codecs, transports, drivers, firmware."""
