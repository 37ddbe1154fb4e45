"""Limits of sizes, the same in forms, imports and the database; told in every refusal."""

SLUG = 80
NAME = 300
URL = 2_000
TEXT = 10_000
PHRASE_WORDS = 12
PHRASE = 200
CODE = 64
OPTIONS = 100
QUANTILES = 201
EVIDENCE = 50
PACK_BYTES = 50_000_000
NESTING = 32
ARTICLE_BYTES = 2_000_000
PROBABILITY_TOLERANCE = 0.001
LARGEST_NUMBER = 1e15

SLUG_PATTERN = r"[a-z0-9]+(-[a-z0-9]+)*"
