"""What it means: pure functions, frames in, frame out, by subject."""
