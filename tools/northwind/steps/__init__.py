"""One file per subject; each ``load(load)`` creates what is missing."""
