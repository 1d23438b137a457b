"""The HTTP interface for operators and programs."""
