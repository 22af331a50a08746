"""The steps of tools/tmplgen.py."""
