from . import sale_order_quote_again
