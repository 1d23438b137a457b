"""Tests: unit (one part), contract (one port, every part), pipeline (parts together), e2e (real servers), bench."""
