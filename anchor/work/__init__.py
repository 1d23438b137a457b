"""Processes: the supervisor, the workers, and calls into them."""
