-- A copied database must not write to customers about their RMAs: neither messages about
-- the steps nor the company's confirmation mail of deliveries. No key of an outside
-- service is kept here.
UPDATE res_company SET stock_move_email_validation = false, rma_notices = false;
