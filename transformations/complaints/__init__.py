"""What a complaint is, and what becomes of it."""
