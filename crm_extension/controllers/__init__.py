from . import greeting_stop
from . import sms_report
