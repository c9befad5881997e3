"""Names of fields in sentences for people."""


def field_labels(model, names):
    """The labels of the fields ``names`` of ``model`` as the reader knows them.

    :return: ``"Approved On, Closed On"``, in the order of the technical names
    """
    known = model.fields_get(sorted(names), ["string"])
    return ", ".join(known[name]["string"] for name in sorted(known))
