"""Speed, as ratios between things run side by side in one session: ``python -m benchmarks``."""
