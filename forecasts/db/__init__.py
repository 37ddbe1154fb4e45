"""The database: schema, engine, unit of work, queries, migrations. SQLAlchemy and drivers are imported only here."""
