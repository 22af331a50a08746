-- The table schema_migration is the engine's: it exists before the first migration.

-- name: migration_list   ($1 after)   rows: many
SELECT number, name, checksum FROM schema_migration WHERE number > $1 ORDER BY number;

-- name: migration_insert   ($1 number, $2 name, $3 checksum, $4 applied_us)   rows: exactly 1
INSERT INTO schema_migration (number, name, checksum, applied_us) VALUES ($1, $2, $3, $4);
