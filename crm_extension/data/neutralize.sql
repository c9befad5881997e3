-- A copied database must not act in the name of the company. Odoo's own script switches
-- mail and crons off; ours stay off also where only this file is run. The addon holds no
-- key of an outside service.
UPDATE ir_cron
   SET active = false
 WHERE id IN (
       SELECT res_id
         FROM ir_model_data
        WHERE model = 'ir.cron'
          AND module = 'crm_extension'
);
-- What waits in the outbox is not for the copy to send, whoever wakes its worker.
UPDATE crm_outbox
   SET state = 'skipped', reason = 'neutralized', lease_until = NULL
 WHERE state IN ('todo', 'sending', 'failed', 'uncertain');
-- The copy knows no provider of text messages, and what was approved is to be approved
-- again.
UPDATE crm_sms_gateway
   SET active = false, secret = NULL, report_token = NULL, report_secret = NULL,
       report_secret_old = NULL;
UPDATE crm_greeting
   SET decision = 'waiting', state = 'waiting', approver_id = NULL
 WHERE state = 'approved';
