"""Three servers on one Valkey and one PostgreSQL, people who move between them, and blows that fall on all of it."""
