"""An utterance to an audience: voice, handover, retry and cut."""
