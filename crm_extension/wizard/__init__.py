from . import base_partner_merge_history
from . import base_partner_merge_people
from . import base_partner_merge_stat
from . import sale_order_quote_again
from . import crm_interaction_archive
from . import privacy_lookup_wizard
from . import base_partner_merge_phone
from . import base_partner_merge_log
