from . import warranty_registration_offer
