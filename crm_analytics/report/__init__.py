from . import crm_customer_report_month
from . import crm_customer_report_month_rma
