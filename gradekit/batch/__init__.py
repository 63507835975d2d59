"""Grades many submissions: local processes, a Dask cluster, and the store of reports."""
