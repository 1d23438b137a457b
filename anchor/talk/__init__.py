"""One conversation: a question in, sentences that may be said out."""
