"""One module a format: from the unpacked bytes of a file, or of a member of an archive, to its records."""
