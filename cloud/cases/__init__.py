"""Cases: what was found, who handles it, and whether the camera agrees that it is done."""
