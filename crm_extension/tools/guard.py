"""Side effects that must never break what the user is doing."""

import logging
from contextlib import contextmanager

import psycopg2

_logger = logging.getLogger(__name__)


@contextmanager
def guarded(env, what):
    """Run a block in a savepoint; log its failure and go on.

    What the caller has pending is flushed first: its errors are the caller's own.
    Errors by which PostgreSQL asks to repeat the whole transaction are passed on, and
    all of them where somebody waits for them (context ``crm_interaction_strict``).
    """
    if env.context.get("crm_interaction_strict"):
        yield
        return
    env.flush_all()
    try:
        with env.cr.savepoint(flush=False):
            yield
    except psycopg2.OperationalError:
        raise
    except Exception:
        _logger.exception("Failed and left out: %s", what)
