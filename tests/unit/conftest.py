"""Property tests judge what is true, never how fast this machine is today."""

from hypothesis import settings

settings.register_profile("house", deadline=None)
settings.load_profile("house")
