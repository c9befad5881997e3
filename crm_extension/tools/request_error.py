"""What an exception says about a request: did it leave the house or not?"""

from collections.abc import Iterator

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, SSLError

#: No connection was made, so nothing can have been taken. A name that is not found is
#: a ``NewConnectionError``, too.
NOT_CONNECTED = (NewConnectionError, ConnectTimeoutError, SSLError)
#: Mistakes in the settings, found before anything is sent
UNUSABLE = (
    requests.exceptions.ConnectTimeout,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidHeader,
    requests.exceptions.MissingSchema,
    requests.exceptions.SSLError,
)


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and all that it was raised from, outermost first."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def never_left(error: BaseException) -> bool:
    """Tell whether a failed request certainly reached nobody.

    False means: nobody knows. An answer that was not waited for, or a connection that
    broke in the middle, may have been a success on the other side.
    """
    return any(
        isinstance(part, UNUSABLE + NOT_CONNECTED)
        for cause in causes(error)
        for part in (cause, *_reasons(cause))
    )


def _reasons(error: BaseException) -> Iterator[BaseException]:
    """What ``requests`` and ``urllib3`` wrap: ``MaxRetryError.reason`` and arguments."""
    for part in (*error.args, getattr(error, "reason", None)):
        if isinstance(part, BaseException):
            yield part
            reason = getattr(part, "reason", None)
            if isinstance(reason, BaseException):
                yield reason
