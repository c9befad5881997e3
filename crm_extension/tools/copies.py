"""Copies of records whose name must be unique."""


def name_copies(records, vals_list):
    """Give the values of copies a name of their own, "A (copy)", as Odoo does.

    :param records: the originals; :param vals_list: what ``copy_data`` made of them
    """
    return [
        {**vals, "name": copied_name(record, record.name)}
        for record, vals in zip(records, vals_list, strict=True)
    ]


def copied_name(record, name):
    """The name of a copy, in the language of the record's context."""
    return record.env._("%s (copy)", name)
