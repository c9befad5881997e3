from . import crm_interaction
from . import crm_interaction_type
from . import crm_interaction_outcome
from . import crm_interaction_projection
from . import crm_interaction_note
