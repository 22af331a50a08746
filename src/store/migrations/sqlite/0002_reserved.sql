-- Holds the place of a migration of another branch: goes when that one comes.
ANALYZE sqlite_schema;
