"""Confines a process for good: what it reads, asks of the kernel and uses; knows no grading."""
