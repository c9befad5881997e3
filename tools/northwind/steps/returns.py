"""Units that came back."""


def load(load) -> None:
    pass
