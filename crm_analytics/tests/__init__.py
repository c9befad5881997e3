from . import test_dashboard
from . import test_report_access
from . import test_report_comparison
from . import test_report_drill_down
from . import test_report_revenue
from . import test_report_service
from . import test_partner_digest
