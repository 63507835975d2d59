"""How values cross: as nodes, of what is plain, and of tables, matrices and expressions."""
