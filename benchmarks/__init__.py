"""Programs that measure speed and memory, each against a yardstick in the same run."""
