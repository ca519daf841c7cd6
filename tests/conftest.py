"""How thoroughly the property tests look: quickly by default, long under ``make fuzz``."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# No deadline: a busy machine is not a defect.
settings.register_profile("quick", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", parent=settings.get_profile("quick"), max_examples=5_000, print_blob=True)
settings.load_profile("quick")
