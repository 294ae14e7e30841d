"""Speed, as ratios between things run side by side in one process: ``python -m benchmarks``."""
