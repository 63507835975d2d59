"""One submission becomes one report: workers answer, checks decide."""
