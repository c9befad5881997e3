"""Speed and scale against the raw limit and against peers; `./dev bench` runs them."""
