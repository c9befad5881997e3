"""Algorithms without database: plain typed Python, standard library only.

Each module says what it computes, by which source, and what it costs. Nothing here
imports Odoo, so each can be run, tested and measured by itself.

Not imported by the addon as a whole: take ``from ..engines import rfm``.
"""
