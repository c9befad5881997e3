from . import crm_rma_arrival
from . import crm_rma_decide
from . import crm_rma_find_sale
from . import crm_rma_paste
from . import crm_rma_refuse
from . import crm_rma_reopen
from . import warranty_registration_offer
