"""Who is who: which records belong to one person."""
