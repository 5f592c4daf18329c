"""The numbered steps of the catalogue's schema. A released step is never edited again."""
