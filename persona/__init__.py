"""The operator's YAML, read and checked."""
