"""The broadcast, wired."""
