"""Answers, grounded in the catalogue."""
