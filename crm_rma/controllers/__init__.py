from . import warranty_card
