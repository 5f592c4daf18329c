"""Transport of charge through an electrolyte: ionic, electronic, and how they depend on things."""
