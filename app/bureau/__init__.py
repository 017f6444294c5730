"""The e-tax account's exports: what the bureau knows, for which days, and since when."""
