"""How outside records are read into typed columns."""
