"""Load a trading company from CSV files into an Odoo database.

One file, one subject:

=================  =========================================================
``cli``            arguments, exit codes, one sentence for each failure
``source``         reads a CSV file, checks each row, reports file and line
``dataset``        the tables of a company, their columns and references
``report``         progress lines, problems, remarks
``calendar``       the shift of all dates by whole weeks
``session``        boots Odoo, keeps the batches and the external ids
``clock``          replays the past: Odoo's "now" is the day of the row
``places``         countries and states by the names people write
``steps/``         one file per subject, run in the order of ``loader.STEPS``
=================  =========================================================

Every step creates what is missing in one ``create`` for the batch, gives it an
external id (``northwind.customer_alfki``) and commits.  A run that was killed is
simply started again; a second complete run finds everything and changes nothing.
"""
