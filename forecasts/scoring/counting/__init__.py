"""Which predictions count, for whom, and in which bucket the others are."""
