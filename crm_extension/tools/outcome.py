"""What became of one attempt to send one message."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """The answer of a gateway, in the words of the outbox.

    ``state`` is one of

    ``sent``
        the gateway has taken the message
    ``retry``
        it certainly has not, and may later
    ``failed``
        it certainly has not, and never will
    ``blocked``
        it certainly has not, because it takes nothing at all now (no credit, an
        account that is locked): the channel is paused, the message is not to blame
    ``uncertain``
        nobody knows: the answer was lost. Never sent again by itself
    """

    state: str
    reason: str = ""
    detail: str = ""
    reference: str = ""
    message_id: int = 0
