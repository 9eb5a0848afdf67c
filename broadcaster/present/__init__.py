"""How things read: every Vietnamese sentence, table and page a person sees. Pure functions of values."""
