"""What every test shares: Hypothesis profiles and the private servers of sound and of data."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ("tests.sound_server", "tests.postgres_server")

settings.register_profile("dev", max_examples=50, deadline=None)
settings.register_profile(
    "ci", max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))
