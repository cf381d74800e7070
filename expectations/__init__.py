"""What must hold of a table: row rules, and suites for Great Expectations."""
