"""The launcher behind `./dev`: standard library only, one subject per file."""
