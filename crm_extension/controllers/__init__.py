from . import greeting_stop
from . import quote_portal
from . import sms_report
