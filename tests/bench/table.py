"""What the benchmarks have measured, printed at their end as one table."""

ROWS: list[tuple[str, str]] = []
