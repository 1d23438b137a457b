"""One conversation: turns a question into sentences that may be said."""
