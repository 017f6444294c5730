"""Where invoices come in: files today; the way from a file to a verdict."""
