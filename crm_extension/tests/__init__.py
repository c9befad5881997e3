from . import test_access
from . import test_activity_time
from . import test_hostile
from . import test_interaction
from . import test_phone
from . import test_projection
from . import test_quote_again
from . import test_timeline
