"""Dealing out by territory is on, as in a new database.

Its parameter is made at installation only: unticking the setting deletes it, and an
upgrade must not bring it back. A database that had no territories yet unticked nothing.
"""


def migrate(cr, version):
    if not version:
        return
    cr.execute(
        """
        INSERT INTO ir_config_parameter
               (key, value, create_uid, write_uid, create_date, write_date)
        VALUES ('crm_extension.territory_assign', 'True', 1, 1,
                NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC')
   ON CONFLICT (key) DO NOTHING
        """
    )
