"""What it predicts: fit, predict and evaluate; no tracking, no storage."""
