"""Failures a person can cure: one clear sentence, never a traceback."""

import errno

EXIT_FAILURE = 1
EXIT_USAGE = 2
EXIT_BAD_ROWS = 3
EXIT_INTERRUPTED = 130


class DevError(Exception):
    """What went wrong and how to cure it, in one sentence.

    :param detail: lines of a log that help, printed below the sentence
    """

    def __init__(self, message, detail="", code=EXIT_FAILURE):
        super().__init__(message)
        self.detail = detail
        self.code = code


def from_os_error(error):
    """Turn an operating system error into a sentence with its cure."""
    where = error.filename or "a file"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DevError(
            f"The disk is full while writing {where}: free some space "
            "(`./dev clean --all` removes everything the launcher made) and start again."
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return DevError(
            f"No permission for {where}: it probably belongs to another user; "
            "run `./dev` as that user, or remove the folder `.dev` and start again."
        )
    if error.errno == errno.EROFS:
        return DevError(
            f"{where} is on a read-only disk: use a checkout that can be written."
        )
    return DevError(f"{error.strerror or error}: {where}.")
