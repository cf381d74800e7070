"""The numbers people ask for, from facts and dimensions."""
