"""What runs: each job reads tables, calls transformations, and writes tables."""
