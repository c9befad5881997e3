"""Birthdays of contacts become important dates, where the greetings look for them."""


def migrate(cr, version):
    if not version:
        return
    cr.execute(
        """
        INSERT INTO crm_important_date
               (partner_id, commercial_partner_id, kind, year, month, day, month_day,
                create_uid, write_uid, create_date, write_date)
        SELECT p.id, p.commercial_partner_id, 'birthday',
               EXTRACT(YEAR FROM p.birthdate), TO_CHAR(p.birthdate, 'MM'),
               EXTRACT(DAY FROM p.birthdate), TO_CHAR(p.birthdate, 'MMDD')::int,
               1, 1, NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC'
          FROM res_partner p
         WHERE p.birthdate IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM crm_important_date d
                            WHERE d.partner_id = p.id AND d.kind = 'birthday')
        """
    )
