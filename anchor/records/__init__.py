"""What is written down: the audit log and the memory of talk."""
