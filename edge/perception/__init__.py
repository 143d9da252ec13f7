"""From frames to standing vehicles: gate, detection, appearance, slots; `scene.Scene` joins them for one camera."""
