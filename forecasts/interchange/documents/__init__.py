"""Articles as they come: pages, archives of pages, books, PDF, Word, Markdown, text and reference lists."""
