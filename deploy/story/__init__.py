"""The demo's camera: real footage, arranged. A car stands where it may not; later it is gone."""
