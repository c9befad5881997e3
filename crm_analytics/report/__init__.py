from . import crm_analytics_report
from . import crm_customer_report_month
from . import crm_customer_report_month_rma
from . import crm_analytics_compare
from . import crm_analytics_compare_grain
