from hypothesis import HealthCheck, settings

#: For property tests of the engines: a busy machine is no failure.
PROPERTY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
