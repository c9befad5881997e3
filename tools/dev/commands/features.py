def add_arguments(parser):
    pass


def main(options):
    return 0
