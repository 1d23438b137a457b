"""For all tests: hypothesis measures nothing, since these machines are busy."""

from hypothesis import settings

settings.register_profile("ours", deadline=None)
settings.load_profile("ours")
