"""What is where: table contracts, settings, source descriptions and business definitions, all as data."""
