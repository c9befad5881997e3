from . import crm_prospect_conversion
