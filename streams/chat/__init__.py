"""Chat sources: events come in, whatever the platform."""
