"""The database: engine, base class, unit of work and migrations, without a word of the domain."""
