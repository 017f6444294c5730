"""Windows on documents: values in, values out; no database, no web, no network."""
