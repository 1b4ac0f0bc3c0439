-- What the site's own role may do, where another one owns the tables and migrates (DIRECT_URL). The owner runs it once:
--   psql "$DIRECT_URL" --variable role=site --file prisma/postgresql/grants.sql
-- Tables of later migrations come with the same rights.
GRANT USAGE ON SCHEMA public TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"role";
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :"role";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"role";
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO :"role";
