from . import crm_target_plan
