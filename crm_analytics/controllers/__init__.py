from . import year_end
