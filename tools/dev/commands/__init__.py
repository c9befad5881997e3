"""One file per command of `./dev`."""
