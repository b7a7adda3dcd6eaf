"""The seeded fault simulation: real PostgreSQL, real actions, a bank and workers at which everything goes wrong."""
