"""How a list of serial numbers is read, pasted by the desk or typed by a customer."""

import re

SEPARATORS = re.compile(r"[\s,;，；、]+")
