"""The HTTP interface of a show, for operators and programs."""
