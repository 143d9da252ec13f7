"""Sets a checkout up: packages, the console's browser files, models, Debian's packages for the tests.

Runs before anything is installed, so it imports nothing but the standard library and itself.
"""
