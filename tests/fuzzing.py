"""How often a property of importing is tried: a few times with every test, 12,500 times with ``make fuzz``.

from fuzzing import FUZZ
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

_USUAL = 60
_THOROUGH = 12_500
"""There are eight such properties: 100,000 inputs."""

FUZZ = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=_THOROUGH if settings.default is settings.get_profile("fuzz") else _USUAL,
)
