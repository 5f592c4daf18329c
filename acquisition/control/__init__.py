"""Commands to a running run: left as files beside it, judged by its worker, told in its record."""
