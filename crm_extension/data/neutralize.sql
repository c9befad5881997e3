-- A copied database must not act towards customers. This addon sends nothing by
-- itself and holds no key of an outside service: there is nothing to switch off.
SELECT 1;
