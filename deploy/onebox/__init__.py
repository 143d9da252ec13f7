"""Everything on one machine: broker, database, cloud and one gateway under one supervisor, data in one folder."""
