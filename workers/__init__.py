"""The back door: the processes beside the web, and the one that watches over them all."""
