"""What every room stands on: database, files, queue, web, sandbox, settings."""
