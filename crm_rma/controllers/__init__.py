from . import warranty_card
from . import return_portal
from . import return_visitor
from . import return_request
