"""The record: every table.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

from forecasts.db.derived import drop_guards
from forecasts.db.rescoring import drop_scoring_marks
from forecasts.db.search import drop_search_index

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
DATE = sa.Date().with_variant(sa.Text(), "sqlite")
INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")
FLAG = sa.Boolean().with_variant(sa.Integer(), "sqlite")
DOUBLE: sa.Double[float] = sa.Double().with_variant(sa.REAL(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "history_entry",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("analyst", TEXT, nullable=False),
        sa.Column("login", TEXT, nullable=False),
        sa.Column("intent", TEXT, nullable=False),
        sa.Column("summary", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("change_count", sa.Integer(), nullable=False),
        sa.Column("changes_digest", TEXT, nullable=False),
        sa.Column("previous_hash", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_entry")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_history_entry_counted")),
        sa.UniqueConstraint("hash", name=op.f("uq_history_entry_hash")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_history_entry_undoes_id")),
        sa.ForeignKeyConstraint(
            ["undoes_id"],
            ["history_entry.id"],
            name=op.f("fk_history_entry_undoes_id_history_entry"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "length(analyst) >= 1 AND length(analyst) <= 300", name=op.f("ck_history_entry_analyst_length")
        ),
        sa.CheckConstraint(
            "length(intent) >= 1 AND length(intent) <= 300", name=op.f("ck_history_entry_intent_length")
        ),
        sa.CheckConstraint("length(login) <= 300", name=op.f("ck_history_entry_login_length")),
        sa.CheckConstraint("length(reason) <= 10000", name=op.f("ck_history_entry_reason_length")),
        sa.CheckConstraint("length(summary) <= 10000", name=op.f("ck_history_entry_summary_length")),
        sa.CheckConstraint("undoes_id < id", name=op.f("ck_history_entry_undoes_earlier")),
        sqlite_strict=True,
    )
    op.create_table(
        "loaded_record",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", name=op.f("pk_loaded_record")),
        sa.CheckConstraint("length(digest) >= 1 AND length(digest) <= 64", name=op.f("ck_loaded_record_digest_length")),
        sa.CheckConstraint("length(kind) >= 1 AND length(kind) <= 64", name=op.f("ck_loaded_record_kind_length")),
        sqlite_strict=True,
    )
    op.create_table(
        "pack",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=False),
        sa.Column("selection", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_pack_counted")),
        sa.UniqueConstraint("name", name=op.f("uq_pack_name")),
        sa.CheckConstraint("length(description) <= 10000", name=op.f("ck_pack_description_length")),
        sa.CheckConstraint("length(name) >= 1 AND length(name) <= 80", name=op.f("ck_pack_name_length")),
        sa.CheckConstraint("length(selection) <= 10000", name=op.f("ck_pack_selection_length")),
        sa.CheckConstraint("id = 1", name=op.f("ck_pack_single")),
        sa.CheckConstraint("length(title) <= 300", name=op.f("ck_pack_title_length")),
        sqlite_strict=True,
    )
    op.create_table(
        "scenario",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("description", TEXT, nullable=False),
        sa.Column("search_key", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_scenario_counted")),
        sa.UniqueConstraint("slug", name=op.f("uq_scenario_slug")),
        sa.CheckConstraint("length(description) <= 10000", name=op.f("ck_scenario_description_length")),
        sa.CheckConstraint("length(slug) >= 1 AND length(slug) <= 80", name=op.f("ck_scenario_slug_length")),
        sa.CheckConstraint("length(title) >= 1 AND length(title) <= 300", name=op.f("ck_scenario_title_length")),
        sqlite_strict=True,
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("anonymous", FLAG, nullable=False),
        sa.Column("member_of_id", sa.Integer(), nullable=True),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("homepage", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("search_key", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_source_counted")),
        sa.UniqueConstraint("slug", name=op.f("uq_source_slug")),
        sa.ForeignKeyConstraint(
            ["member_of_id"], ["source.id"], name=op.f("fk_source_member_of_id_source"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint("anonymous = 0 OR anonymous = 1", name=op.f("ck_source_anonymous_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("length(homepage) <= 2000", name=op.f("ck_source_homepage_length")),
        sa.CheckConstraint(
            "kind = 'person' OR kind = 'outlet' OR kind = 'organisation' OR kind = 'official' OR kind = 'group' OR kind = 'unknown'",
            name=op.f("ck_source_kind_word"),
        ),
        sa.CheckConstraint("member_of_id <> id", name=op.f("ck_source_member_of_another")),
        sa.CheckConstraint("length(name) >= 1 AND length(name) <= 300", name=op.f("ck_source_name_length")),
        sa.CheckConstraint("length(note) <= 10000", name=op.f("ck_source_note_length")),
        sa.CheckConstraint("length(slug) >= 1 AND length(slug) <= 80", name=op.f("ck_source_slug_length")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_source_member_of_id"),
        "source",
        ["member_of_id"],
        sqlite_where=sa.text("member_of_id IS NOT NULL"),
        postgresql_where=sa.text("member_of_id IS NOT NULL"),
    )
    op.create_table(
        "standard",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("citation", TEXT, nullable=False),
        sa.Column("search_key", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_standard_counted")),
        sa.UniqueConstraint("slug", name=op.f("uq_standard_slug")),
        sa.CheckConstraint("length(citation) <= 10000", name=op.f("ck_standard_citation_length")),
        sa.CheckConstraint("length(slug) >= 1 AND length(slug) <= 80", name=op.f("ck_standard_slug_length")),
        sa.CheckConstraint("length(title) >= 1 AND length(title) <= 300", name=op.f("ck_standard_title_length")),
        sa.CheckConstraint("year >= 1800 AND year <= 2200", name=op.f("ck_standard_year_range")),
        sqlite_strict=True,
    )
    op.create_table(
        "article",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("original_title", TEXT, nullable=False),
        sa.Column("outlet_id", sa.Integer(), nullable=True),
        sa.Column("attribution", TEXT, nullable=False),
        sa.Column("published_first_on", DATE, nullable=False),
        sa.Column("published_last_on", DATE, nullable=False),
        sa.Column("published_basis", TEXT, nullable=False),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("translated_from", TEXT, nullable=False),
        sa.Column("republished_from", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("file", TEXT, nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("original_sha256", TEXT, nullable=False),
        sa.Column("extracted_by", TEXT, nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=True),
        sa.Column("last_line", sa.Integer(), nullable=True),
        sa.Column("coverage", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("search_key", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_article_counted")),
        sa.UniqueConstraint("slug", name=op.f("uq_article_slug")),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["source.id"], name=op.f("fk_article_outlet_id_source"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint(
            "attribution = 'stated' OR attribution = 'inferred'", name=op.f("ck_article_attribution_word")
        ),
        sa.CheckConstraint("coverage = 'full' OR coverage = 'selected'", name=op.f("ck_article_coverage_word")),
        sa.CheckConstraint("length(extracted_by) <= 300", name=op.f("ck_article_extracted_by_length")),
        sa.CheckConstraint("length(file) <= 300", name=op.f("ck_article_file_length")),
        sa.CheckConstraint("length(language) <= 64", name=op.f("ck_article_language_length")),
        sa.CheckConstraint(
            "(first_line IS NULL) = (last_line IS NULL) AND first_line >= 1 AND first_line <= last_line",
            name=op.f("ck_article_lines"),
        ),
        sa.CheckConstraint("length(note) <= 10000", name=op.f("ck_article_note_length")),
        sa.CheckConstraint("length(original_sha256) <= 64", name=op.f("ck_article_original_sha256_length")),
        sa.CheckConstraint("length(original_title) <= 300", name=op.f("ck_article_original_title_length")),
        sa.CheckConstraint(
            "published_basis = 'stated' OR published_basis = 'inferred'", name=op.f("ck_article_published_basis_word")
        ),
        sa.CheckConstraint(
            "published_first_on >= '1800-01-01' AND published_first_on <= '2200-12-31'",
            name=op.f("ck_article_published_first_on_range"),
        ),
        sa.CheckConstraint(
            "published_last_on >= '1800-01-01' AND published_last_on <= '2200-12-31'",
            name=op.f("ck_article_published_last_on_range"),
        ),
        sa.CheckConstraint(
            "(published_first_on IS NULL) = (published_last_on IS NULL) AND published_first_on <= published_last_on",
            name=op.f("ck_article_published_span"),
        ),
        sa.CheckConstraint("length(republished_from) <= 300", name=op.f("ck_article_republished_from_length")),
        sa.CheckConstraint("length(sha256) <= 64", name=op.f("ck_article_sha256_length")),
        sa.CheckConstraint("length(slug) >= 1 AND length(slug) <= 80", name=op.f("ck_article_slug_length")),
        sa.CheckConstraint("length(title) >= 1 AND length(title) <= 300", name=op.f("ck_article_title_length")),
        sa.CheckConstraint("length(translated_from) <= 64", name=op.f("ck_article_translated_from_length")),
        sa.CheckConstraint("length(url) <= 2000", name=op.f("ck_article_url_length")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_article_outlet_id"),
        "article",
        ["outlet_id"],
        sqlite_where=sa.text("outlet_id IS NOT NULL"),
        postgresql_where=sa.text("outlet_id IS NOT NULL"),
    )
    op.create_table(
        "history_change",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_history_change")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_history_change_counted")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["history_entry.id"],
            name=op.f("fk_history_change_entry_id_history_entry"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("length(kind) >= 1 AND length(kind) <= 64", name=op.f("ck_history_change_kind_length")),
        sa.CheckConstraint("before IS NOT NULL OR after IS NOT NULL", name=op.f("ck_history_change_something")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_history_change_kind_name"), "history_change", ["kind", "name"])
    op.create_table(
        "phrase",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("standard_id", sa.Integer(), nullable=False),
        sa.Column("term", TEXT, nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("low", DOUBLE, nullable=False),
        sa.Column("high", DOUBLE, nullable=False),
        sa.Column("low_open", FLAG, nullable=False),
        sa.Column("high_open", FLAG, nullable=False),
        sa.Column("point", DOUBLE, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrase")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_phrase_counted")),
        sa.UniqueConstraint("standard_id", "term", name=op.f("uq_phrase_standard_id_term")),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name=op.f("fk_phrase_standard_id_standard"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint("high_open = 0 OR high_open = 1", name=op.f("ck_phrase_high_open_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("high >= 0 AND high <= 1", name=op.f("ck_phrase_high_share")),
        sa.CheckConstraint("low_open = 0 OR low_open = 1", name=op.f("ck_phrase_low_open_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("low >= 0 AND low <= 1", name=op.f("ck_phrase_low_share")),
        sa.CheckConstraint("point >= 0 AND point <= 1", name=op.f("ck_phrase_point_share")),
        sa.CheckConstraint(
            "low <= high AND (point IS NULL OR (point >= low AND point <= high))", name=op.f("ck_phrase_range_order")
        ),
        sa.CheckConstraint("length(term) >= 1 AND length(term) <= 200", name=op.f("ck_phrase_term_length")),
        sqlite_strict=True,
    )
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=True),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("criteria", TEXT, nullable=False),
        sa.Column("fine_print", TEXT, nullable=False),
        sa.Column("resolution_source", TEXT, nullable=False),
        sa.Column("opens_on", DATE, nullable=True),
        sa.Column("closes_on", DATE, nullable=True),
        sa.Column("resolves_on", DATE, nullable=False),
        sa.Column("deadline_basis", TEXT, nullable=False),
        sa.Column("written_on", DATE, nullable=True),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("range_low", DOUBLE, nullable=True),
        sa.Column("range_high", DOUBLE, nullable=True),
        sa.Column("condition_question_id", sa.Integer(), nullable=True),
        sa.Column("condition_outcome", TEXT, nullable=False),
        sa.Column("variant_of_id", sa.Integer(), nullable=True),
        sa.Column("search_key", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_question_counted")),
        sa.UniqueConstraint("slug", name=op.f("uq_question_slug")),
        sa.ForeignKeyConstraint(
            ["condition_question_id"],
            ["question.id"],
            name=op.f("fk_question_condition_question_id_question"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_question_scenario_id_scenario"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["variant_of_id"], ["question.id"], name=op.f("fk_question_variant_of_id_question"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint(
            "closes_on IS NULL OR closes_on <= resolves_on", name=op.f("ck_question_closes_by_deadline")
        ),
        sa.CheckConstraint(
            "closes_on >= '1800-01-01' AND closes_on <= '2200-12-31'", name=op.f("ck_question_closes_on_range")
        ),
        sa.CheckConstraint("length(condition_outcome) <= 300", name=op.f("ck_question_condition_outcome_length")),
        sa.CheckConstraint(
            "condition_question_id IS NULL OR condition_outcome <> ''", name=op.f("ck_question_condition_whole")
        ),
        sa.CheckConstraint(
            "length(criteria) >= 1 AND length(criteria) <= 10000", name=op.f("ck_question_criteria_length")
        ),
        sa.CheckConstraint(
            "deadline_basis = 'stated' OR deadline_basis = 'implied' OR deadline_basis = 'analyst'",
            name=op.f("ck_question_deadline_basis_word"),
        ),
        sa.CheckConstraint("length(fine_print) <= 10000", name=op.f("ck_question_fine_print_length")),
        sa.CheckConstraint(
            "kind = 'binary' OR kind = 'multiple_choice' OR kind = 'ordered' OR kind = 'numeric' OR kind = 'date'",
            name=op.f("ck_question_kind_word"),
        ),
        sa.CheckConstraint(
            "opens_on IS NULL OR opens_on <= COALESCE(closes_on, resolves_on)",
            name=op.f("ck_question_opens_before_close"),
        ),
        sa.CheckConstraint(
            "opens_on >= '1800-01-01' AND opens_on <= '2200-12-31'", name=op.f("ck_question_opens_on_range")
        ),
        sa.CheckConstraint(
            "(range_low IS NULL) = (range_high IS NULL) AND range_low < range_high",
            name=op.f("ck_question_range_order"),
        ),
        sa.CheckConstraint(
            "condition_question_id <> id AND variant_of_id <> id", name=op.f("ck_question_refers_to_another")
        ),
        sa.CheckConstraint("length(resolution_source) <= 10000", name=op.f("ck_question_resolution_source_length")),
        sa.CheckConstraint(
            "resolves_on >= '1800-01-01' AND resolves_on <= '2200-12-31'", name=op.f("ck_question_resolves_on_range")
        ),
        sa.CheckConstraint("length(slug) >= 1 AND length(slug) <= 80", name=op.f("ck_question_slug_length")),
        sa.CheckConstraint("length(title) >= 1 AND length(title) <= 300", name=op.f("ck_question_title_length")),
        sa.CheckConstraint("length(unit) <= 300", name=op.f("ck_question_unit_length")),
        sa.CheckConstraint(
            "written_on >= '1800-01-01' AND written_on <= '2200-12-31'", name=op.f("ck_question_written_on_range")
        ),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_question_condition_question_id"),
        "question",
        ["condition_question_id"],
        sqlite_where=sa.text("condition_question_id IS NOT NULL"),
        postgresql_where=sa.text("condition_question_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_question_resolves_on"), "question", ["resolves_on"])
    op.create_index(op.f("ix_question_scenario_id"), "question", ["scenario_id"])
    op.create_index(
        op.f("ix_question_variant_of_id"),
        "question",
        ["variant_of_id"],
        sqlite_where=sa.text("variant_of_id IS NOT NULL"),
        postgresql_where=sa.text("variant_of_id IS NOT NULL"),
    )
    op.create_table(
        "source_redirect",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_redirect")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_source_redirect_counted")),
        sa.UniqueConstraint("slug", name=op.f("uq_source_redirect_slug")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_source_redirect_source_id_source"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint("length(slug) >= 1 AND length(slug) <= 80", name=op.f("ck_source_redirect_slug_length")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_source_redirect_source_id"), "source_redirect", ["source_id"])
    op.create_table(
        "text_copy",
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("content", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_text_copy")),
        sa.CheckConstraint(
            "length(content) >= 1 AND length(content) <= 2000000", name=op.f("ck_text_copy_content_length")
        ),
        sa.CheckConstraint("length(sha256) >= 1 AND length(sha256) <= 64", name=op.f("ck_text_copy_sha256_length")),
        sqlite_strict=True,
    )
    op.create_table(
        "article_text",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("sha256", TEXT, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_text")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_article_text_counted")),
        sa.UniqueConstraint("article_id", name=op.f("uq_article_text_article_id")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_text_article_id_article"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["text_copy.sha256"], name=op.f("fk_article_text_sha256_text_copy"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint("size >= 1 AND size <= 2000000", name=op.f("ck_article_text_size_range")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_article_text_sha256"), "article_text", ["sha256"])
    op.create_table(
        "article_author",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_article_author")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_article_author_counted")),
        sa.UniqueConstraint("article_id", "source_id", name=op.f("uq_article_author_article_id_source_id")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_article_author_article_id_article"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_article_author_source_id_source"), ondelete="RESTRICT"
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_article_author_source_id"), "article_author", ["source_id"])
    op.create_table(
        "criteria_revision",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("replaced_on", DATE, nullable=False),
        sa.Column("criteria", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria_revision")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_criteria_revision_counted")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_criteria_revision_question_id_question"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "length(criteria) >= 1 AND length(criteria) <= 10000", name=op.f("ck_criteria_revision_criteria_length")
        ),
        sa.CheckConstraint(
            "length(reason) >= 1 AND length(reason) <= 10000", name=op.f("ck_criteria_revision_reason_length")
        ),
        sa.CheckConstraint(
            "replaced_on >= '1800-01-01' AND replaced_on <= '2200-12-31'",
            name=op.f("ck_criteria_revision_replaced_on_range"),
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_criteria_revision_question_id"), "criteria_revision", ["question_id"])
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("paragraph", sa.Integer(), nullable=False),
        sa.Column("phrase", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_passage_counted")),
        sa.UniqueConstraint("article_id", "paragraph", "phrase", name=op.f("uq_passage_article_id_paragraph_phrase")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_passage_article_id_article"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint("length(note) <= 10000", name=op.f("ck_passage_note_length")),
        sa.CheckConstraint("paragraph >= 1", name=op.f("ck_passage_paragraph_counted")),
        sa.CheckConstraint("length(phrase) >= 1 AND length(phrase) <= 200", name=op.f("ck_passage_phrase_length")),
        sa.CheckConstraint(
            "reason = 'past-event' OR reason = 'plan-reported' OR reason = 'norm' OR reason = 'motive' OR reason = 'present-state' OR reason = 'rhetorical' OR reason = 'translation' OR reason = 'retrospective'",
            name=op.f("ck_passage_reason_word"),
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "prediction",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("probability", DOUBLE, nullable=True),
        sa.Column("low", DOUBLE, nullable=True),
        sa.Column("high", DOUBLE, nullable=True),
        sa.Column("paragraph", sa.Integer(), nullable=True),
        sa.Column("restates_id", sa.Integer(), nullable=True),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("made_first_on", DATE, nullable=True),
        sa.Column("made_last_on", DATE, nullable=True),
        sa.Column("coded_on", DATE, nullable=True),
        sa.Column("claim_type", TEXT, nullable=False),
        sa.Column("fit", TEXT, nullable=False),
        sa.Column("attribution", TEXT, nullable=False),
        sa.Column("fidelity", TEXT, nullable=False),
        sa.Column("endorsement", TEXT, nullable=False),
        sa.Column("basis", TEXT, nullable=False),
        sa.Column("phrase_about", TEXT, nullable=False),
        sa.Column("unscorable", TEXT, nullable=False),
        sa.Column("probability_derived", FLAG, nullable=False),
        sa.Column("low_derived", FLAG, nullable=False),
        sa.Column("high_derived", FLAG, nullable=False),
        sa.Column("standard_id", sa.Integer(), nullable=True),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("phrase", TEXT, nullable=False),
        sa.Column("coded_by", TEXT, nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=True),
        sa.Column("claim", TEXT, nullable=False),
        sa.Column("condition_text", TEXT, nullable=False),
        sa.Column("proposed_by", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("search_key", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_prediction_counted")),
        sa.UniqueConstraint("slug", name=op.f("uq_prediction_slug")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_prediction_article_id_article"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_prediction_question_id_question"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["restates_id"], ["prediction.id"], name=op.f("fk_prediction_restates_id_prediction"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["scenario_id"], ["scenario.id"], name=op.f("fk_prediction_scenario_id_scenario"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["standard_id"], ["standard.id"], name=op.f("fk_prediction_standard_id_standard"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["supersedes_id"],
            ["prediction.id"],
            name=op.f("fk_prediction_supersedes_id_prediction"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "attribution = 'stated' OR attribution = 'inferred' OR attribution = 'ambiguous'",
            name=op.f("ck_prediction_attribution_word"),
        ),
        sa.CheckConstraint(
            "basis = 'stated' OR basis = 'standard' OR basis = 'survey' OR basis = 'analyst'",
            name=op.f("ck_prediction_basis_word"),
        ),
        sa.CheckConstraint("length(claim) >= 1 AND length(claim) <= 10000", name=op.f("ck_prediction_claim_length")),
        sa.CheckConstraint(
            "claim_type = 'forecast' OR claim_type = 'possibility' OR claim_type = 'announcement' OR claim_type = 'presupposition'",
            name=op.f("ck_prediction_claim_type_word"),
        ),
        sa.CheckConstraint("length(coded_by) <= 300", name=op.f("ck_prediction_coded_by_length")),
        sa.CheckConstraint(
            "coded_on >= '1800-01-01' AND coded_on <= '2200-12-31'", name=op.f("ck_prediction_coded_on_range")
        ),
        sa.CheckConstraint("length(condition_text) <= 10000", name=op.f("ck_prediction_condition_text_length")),
        sa.CheckConstraint(
            "endorsement = 'own' OR endorsement = 'relayed' OR endorsement = 'endorsed' OR endorsement = 'disputed'",
            name=op.f("ck_prediction_endorsement_word"),
        ),
        sa.CheckConstraint(
            "fidelity = 'verbatim' OR fidelity = 'faithful' OR fidelity = 'hardened' OR fidelity = 'softened' OR fidelity = 'unverified'",
            name=op.f("ck_prediction_fidelity_word"),
        ),
        sa.CheckConstraint(
            "fit = 'exact' OR fit = 'operationalised' OR fit = 'proxy'", name=op.f("ck_prediction_fit_word")
        ),
        sa.CheckConstraint("high_derived = 0 OR high_derived = 1", name=op.f("ck_prediction_high_derived_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("high >= 0 AND high <= 1", name=op.f("ck_prediction_high_share")),
        sa.CheckConstraint("low_derived = 0 OR low_derived = 1", name=op.f("ck_prediction_low_derived_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("low >= 0 AND low <= 1", name=op.f("ck_prediction_low_share")),
        sa.CheckConstraint(
            "made_first_on >= '1800-01-01' AND made_first_on <= '2200-12-31'",
            name=op.f("ck_prediction_made_first_on_range"),
        ),
        sa.CheckConstraint(
            "made_last_on >= '1800-01-01' AND made_last_on <= '2200-12-31'",
            name=op.f("ck_prediction_made_last_on_range"),
        ),
        sa.CheckConstraint(
            "(made_first_on IS NULL) = (made_last_on IS NULL) AND made_first_on <= made_last_on",
            name=op.f("ck_prediction_made_span"),
        ),
        sa.CheckConstraint("length(note) <= 10000", name=op.f("ck_prediction_note_length")),
        sa.CheckConstraint("paragraph >= 1", name=op.f("ck_prediction_paragraph_counted")),
        sa.CheckConstraint("phrase_about = 'yes' OR phrase_about = 'no'", name=op.f("ck_prediction_phrase_about_word")),
        sa.CheckConstraint("length(phrase) <= 200", name=op.f("ck_prediction_phrase_length")),
        sa.CheckConstraint(
            "probability_derived = 0 OR probability_derived = 1", name=op.f("ck_prediction_probability_derived_flag")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("probability >= 0 AND probability <= 1", name=op.f("ck_prediction_probability_share")),
        sa.CheckConstraint("length(proposed_by) <= 300", name=op.f("ck_prediction_proposed_by_length")),
        sa.CheckConstraint(
            "question_id IS NOT NULL OR unscorable <> ''", name=op.f("ck_prediction_question_or_unscorable")
        ),
        sa.CheckConstraint(
            "(low IS NULL OR high IS NULL OR low <= high) AND (low IS NULL OR probability IS NULL OR low <= probability) AND (high IS NULL OR probability IS NULL OR probability <= high)",
            name=op.f("ck_prediction_range_order"),
        ),
        sa.CheckConstraint("restates_id <> id AND supersedes_id <> id", name=op.f("ck_prediction_refers_to_another")),
        sa.CheckConstraint(
            "question_id IS NULL OR scenario_id IS NULL", name=op.f("ck_prediction_scenario_of_question")
        ),
        sa.CheckConstraint("length(slug) >= 1 AND length(slug) <= 80", name=op.f("ck_prediction_slug_length")),
        sa.CheckConstraint("length(unscorable) <= 64", name=op.f("ck_prediction_unscorable_length")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_prediction_article_id"), "prediction", ["article_id", "made_last_on"])
    op.create_index(
        op.f("ix_prediction_made_at"),
        "prediction",
        ["made_at"],
        sqlite_where=sa.text("made_at IS NOT NULL"),
        postgresql_where=sa.text("made_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_prediction_made_last_on"), "prediction", ["made_last_on"])
    op.create_index(op.f("ix_prediction_probability"), "prediction", ["probability"])
    op.create_index(
        op.f("ix_prediction_proposed_by"),
        "prediction",
        ["proposed_by"],
        sqlite_where=sa.text("proposed_by <> ''"),
        postgresql_where=sa.text("proposed_by <> ''"),
    )
    op.create_index(op.f("ix_prediction_question_id"), "prediction", ["question_id"])
    op.create_index(
        op.f("ix_prediction_scenario_id"),
        "prediction",
        ["scenario_id"],
        sqlite_where=sa.text("scenario_id IS NOT NULL"),
        postgresql_where=sa.text("scenario_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_prediction_restates_id"),
        "prediction",
        ["restates_id"],
        sqlite_where=sa.text("restates_id IS NOT NULL"),
        postgresql_where=sa.text("restates_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_prediction_standard_id"),
        "prediction",
        ["standard_id"],
        sqlite_where=sa.text("standard_id IS NOT NULL"),
        postgresql_where=sa.text("standard_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_prediction_supersedes_id"),
        "prediction",
        ["supersedes_id"],
        sqlite_where=sa.text("supersedes_id IS NOT NULL"),
        postgresql_where=sa.text("supersedes_id IS NOT NULL"),
    )
    op.create_table(
        "question_implies",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("implied_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("question_id", "position", name=op.f("pk_question_implies")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_question_implies_counted")),
        sa.CheckConstraint("implied_id <> question_id", name=op.f("ck_question_implies_refers_to_another")),
        sa.UniqueConstraint("question_id", "implied_id", name=op.f("uq_question_implies_question_id_implied_id")),
        sa.ForeignKeyConstraint(
            ["implied_id"], ["question.id"], name=op.f("fk_question_implies_implied_id_question"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_implies_question_id_question"), ondelete="RESTRICT"
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_question_implies_implied_id"), "question_implies", ["implied_id"])
    op.create_table(
        "question_option",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("question_id", "position", name=op.f("pk_question_option")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_question_option_counted")),
        sa.UniqueConstraint("question_id", "name", name=op.f("uq_question_option_question_id_name")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_option_question_id_question"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint("length(name) >= 1 AND length(name) <= 300", name=op.f("ck_question_option_name_length")),
        sqlite_strict=True,
    )
    op.create_table(
        "question_reference",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("as_of", DATE, nullable=False),
        sa.Column("probability", DOUBLE, nullable=False),
        sa.Column("basis", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("question_id", "position", name=op.f("pk_question_reference")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_question_reference_counted")),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_question_reference_question_id_question"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "as_of >= '1800-01-01' AND as_of <= '2200-12-31'", name=op.f("ck_question_reference_as_of_range")
        ),
        sa.CheckConstraint(
            "length(basis) >= 1 AND length(basis) <= 10000", name=op.f("ck_question_reference_basis_length")
        ),
        sa.CheckConstraint(
            "probability >= 0 AND probability <= 1", name=op.f("ck_question_reference_probability_share")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("remind_on", DATE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_reminder_counted")),
        sa.UniqueConstraint("question_id", name=op.f("uq_reminder_question_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_reminder_question_id_question"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint(
            "remind_on >= '1800-01-01' AND remind_on <= '2200-12-31'", name=op.f("ck_reminder_remind_on_range")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "resolution",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.Column("outcome_number", DOUBLE, nullable=True),
        sa.Column("outcome_on", DATE, nullable=True),
        sa.Column("void", TEXT, nullable=False),
        sa.Column("certainty", TEXT, nullable=False),
        sa.Column("known_first_on", DATE, nullable=True),
        sa.Column("known_last_on", DATE, nullable=True),
        sa.Column("resolved_at", INSTANT, nullable=False),
        sa.Column("analyst", TEXT, nullable=False),
        sa.Column("note", TEXT, nullable=False),
        sa.Column("superseded_reason", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resolution")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_resolution_counted")),
        sa.UniqueConstraint("question_id", "resolved_at", name=op.f("uq_resolution_question_id_resolved_at")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_resolution_question_id_question"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint("length(analyst) <= 300", name=op.f("ck_resolution_analyst_length")),
        sa.CheckConstraint(
            "certainty = 'high' OR certainty = 'medium' OR certainty = 'low'", name=op.f("ck_resolution_certainty_word")
        ),
        sa.CheckConstraint(
            "known_first_on >= '1800-01-01' AND known_first_on <= '2200-12-31'",
            name=op.f("ck_resolution_known_first_on_range"),
        ),
        sa.CheckConstraint(
            "known_last_on >= '1800-01-01' AND known_last_on <= '2200-12-31'",
            name=op.f("ck_resolution_known_last_on_range"),
        ),
        sa.CheckConstraint(
            "(known_first_on IS NULL) = (known_last_on IS NULL) AND known_first_on <= known_last_on",
            name=op.f("ck_resolution_known_span"),
        ),
        sa.CheckConstraint("length(note) <= 10000", name=op.f("ck_resolution_note_length")),
        sa.CheckConstraint("void <> '' OR known_first_on IS NOT NULL", name=op.f("ck_resolution_outcome_known")),
        sa.CheckConstraint("length(outcome) <= 300", name=op.f("ck_resolution_outcome_length")),
        sa.CheckConstraint(
            "outcome_on >= '1800-01-01' AND outcome_on <= '2200-12-31'", name=op.f("ck_resolution_outcome_on_range")
        ),
        sa.CheckConstraint(
            "(CASE WHEN outcome <> '' THEN 1 ELSE 0 END) + (CASE WHEN outcome_number IS NOT NULL THEN 1 ELSE 0 END) + (CASE WHEN outcome_on IS NOT NULL THEN 1 ELSE 0 END) + (CASE WHEN void <> '' THEN 1 ELSE 0 END) = 1",
            name=op.f("ck_resolution_outcome_or_void"),
        ),
        sa.CheckConstraint("length(superseded_reason) <= 10000", name=op.f("ck_resolution_superseded_reason_length")),
        sa.CheckConstraint(
            "void = '' OR void = 'unclear-facts' OR void = 'bad-question'", name=op.f("ck_resolution_void_word")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_resolution_resolved_at"), "resolution", ["resolved_at"])
    op.create_index(
        op.f("uq_resolution_in_force"),
        "resolution",
        ["question_id"],
        unique=True,
        sqlite_where=sa.text("superseded_reason = ''"),
        postgresql_where=sa.text("superseded_reason = ''"),
    )
    op.create_table(
        "evidence",
        sa.Column("resolution_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=False),
        sa.Column("archived_url", TEXT, nullable=False),
        sa.Column("quote", TEXT, nullable=False),
        sa.Column("published_on", DATE, nullable=True),
        sa.Column("note", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("resolution_id", "position", name=op.f("pk_evidence")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_evidence_counted")),
        sa.ForeignKeyConstraint(
            ["resolution_id"], ["resolution.id"], name=op.f("fk_evidence_resolution_id_resolution"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint("length(archived_url) <= 2000", name=op.f("ck_evidence_archived_url_length")),
        sa.CheckConstraint("length(note) <= 10000", name=op.f("ck_evidence_note_length")),
        sa.CheckConstraint(
            "published_on >= '1800-01-01' AND published_on <= '2200-12-31'", name=op.f("ck_evidence_published_on_range")
        ),
        sa.CheckConstraint("length(quote) <= 800", name=op.f("ck_evidence_quote_length")),
        sa.CheckConstraint("length(title) >= 1 AND length(title) <= 300", name=op.f("ck_evidence_title_length")),
        sa.CheckConstraint("length(url) <= 2000", name=op.f("ck_evidence_url_length")),
        sqlite_strict=True,
    )
    op.create_table(
        "objection",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("prediction_id", sa.Integer(), nullable=True),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("made_on", DATE, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("answer", TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_objection_counted")),
        sa.ForeignKeyConstraint(
            ["prediction_id"],
            ["prediction.id"],
            name=op.f("fk_objection_prediction_id_prediction"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_objection_question_id_question"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint("(prediction_id IS NULL) <> (question_id IS NULL)", name=op.f("ck_objection_about_one")),
        sa.CheckConstraint("length(answer) <= 10000", name=op.f("ck_objection_answer_length")),
        sa.CheckConstraint("length(by) >= 1 AND length(by) <= 300", name=op.f("ck_objection_by_length")),
        sa.CheckConstraint(
            "made_on >= '1800-01-01' AND made_on <= '2200-12-31'", name=op.f("ck_objection_made_on_range")
        ),
        sa.CheckConstraint("length(text) >= 1 AND length(text) <= 10000", name=op.f("ck_objection_text_length")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_objection_prediction_id"),
        "objection",
        ["prediction_id"],
        sqlite_where=sa.text("prediction_id IS NOT NULL"),
        postgresql_where=sa.text("prediction_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_objection_question_id"),
        "objection",
        ["question_id"],
        sqlite_where=sa.text("question_id IS NOT NULL"),
        postgresql_where=sa.text("question_id IS NOT NULL"),
    )
    op.create_table(
        "prediction_condition",
        sa.Column("prediction_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("outcome", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("prediction_id", "position", name=op.f("pk_prediction_condition")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_prediction_condition_counted")),
        sa.ForeignKeyConstraint(
            ["prediction_id"],
            ["prediction.id"],
            name=op.f("fk_prediction_condition_prediction_id_prediction"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["question.id"],
            name=op.f("fk_prediction_condition_question_id_question"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint(
            "length(outcome) >= 1 AND length(outcome) <= 300", name=op.f("ck_prediction_condition_outcome_length")
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_prediction_condition_question_id"), "prediction_condition", ["question_id"])
    op.create_table(
        "prediction_option",
        sa.Column("prediction_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("probability", DOUBLE, nullable=False),
        sa.PrimaryKeyConstraint("prediction_id", "position", name=op.f("pk_prediction_option")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_prediction_option_counted")),
        sa.UniqueConstraint("prediction_id", "name", name=op.f("uq_prediction_option_prediction_id_name")),
        sa.ForeignKeyConstraint(
            ["prediction_id"],
            ["prediction.id"],
            name=op.f("fk_prediction_option_prediction_id_prediction"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("length(name) >= 1 AND length(name) <= 300", name=op.f("ck_prediction_option_name_length")),
        sa.CheckConstraint(
            "probability >= 0 AND probability <= 1", name=op.f("ck_prediction_option_probability_share")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "prediction_quantile",
        sa.Column("prediction_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", DOUBLE, nullable=False),
        sa.Column("value", DOUBLE, nullable=False),
        sa.Column("is_date", FLAG, nullable=False),
        sa.PrimaryKeyConstraint("prediction_id", "position", name=op.f("pk_prediction_quantile")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_prediction_quantile_counted")),
        sa.UniqueConstraint("prediction_id", "level", name=op.f("uq_prediction_quantile_prediction_id_level")),
        sa.ForeignKeyConstraint(
            ["prediction_id"],
            ["prediction.id"],
            name=op.f("fk_prediction_quantile_prediction_id_prediction"),
            ondelete="RESTRICT",
        ),
        sa.CheckConstraint("is_date = 0 OR is_date = 1", name=op.f("ck_prediction_quantile_is_date_flag")).ddl_if(
            dialect="sqlite"
        ),
        sa.CheckConstraint("level >= 0 AND level <= 1", name=op.f("ck_prediction_quantile_level_share")),
        sqlite_strict=True,
    )
    op.create_table(
        "prediction_speaker",
        sa.Column("prediction_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prediction_id", "position", name=op.f("pk_prediction_speaker")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_prediction_speaker_counted")),
        sa.UniqueConstraint("prediction_id", "source_id", name=op.f("uq_prediction_speaker_prediction_id_source_id")),
        sa.ForeignKeyConstraint(
            ["prediction_id"],
            ["prediction.id"],
            name=op.f("fk_prediction_speaker_prediction_id_prediction"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_prediction_speaker_source_id_source"), ondelete="RESTRICT"
        ),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_prediction_speaker_source_id"), "prediction_speaker", ["source_id", "position", "prediction_id"]
    )
    op.create_table(
        "prediction_via",
        sa.Column("prediction_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prediction_id", "position", name=op.f("pk_prediction_via")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_prediction_via_counted")),
        sa.UniqueConstraint("prediction_id", "source_id", name=op.f("uq_prediction_via_prediction_id_source_id")),
        sa.ForeignKeyConstraint(
            ["prediction_id"],
            ["prediction.id"],
            name=op.f("fk_prediction_via_prediction_id_prediction"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["source.id"], name=op.f("fk_prediction_via_source_id_source"), ondelete="RESTRICT"
        ),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_prediction_via_source_id"), "prediction_via", ["source_id"])
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("prediction_id", sa.Integer(), nullable=False),
        sa.Column("analyst", TEXT, nullable=False),
        sa.Column("probability", DOUBLE, nullable=False),
        sa.Column("low", DOUBLE, nullable=True),
        sa.Column("high", DOUBLE, nullable=True),
        sa.Column("blind", FLAG, nullable=False),
        sa.Column("coded_on", DATE, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.CheckConstraint("id >= 1", name=op.f("ck_reading_counted")),
        sa.UniqueConstraint("prediction_id", "analyst", name=op.f("uq_reading_prediction_id_analyst")),
        sa.ForeignKeyConstraint(
            ["prediction_id"], ["prediction.id"], name=op.f("fk_reading_prediction_id_prediction"), ondelete="RESTRICT"
        ),
        sa.CheckConstraint("length(analyst) >= 1 AND length(analyst) <= 300", name=op.f("ck_reading_analyst_length")),
        sa.CheckConstraint("blind = 0 OR blind = 1", name=op.f("ck_reading_blind_flag")).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "coded_on >= '1800-01-01' AND coded_on <= '2200-12-31'", name=op.f("ck_reading_coded_on_range")
        ),
        sa.CheckConstraint("high >= 0 AND high <= 1", name=op.f("ck_reading_high_share")),
        sa.CheckConstraint("low >= 0 AND low <= 1", name=op.f("ck_reading_low_share")),
        sa.CheckConstraint("probability >= 0 AND probability <= 1", name=op.f("ck_reading_probability_share")),
        sa.CheckConstraint(
            "(low IS NULL OR low <= probability) AND (high IS NULL OR probability <= high)",
            name=op.f("ck_reading_range_order"),
        ),
        sqlite_strict=True,
    )


def downgrade() -> None:
    drop_guards(op.get_bind())
    drop_scoring_marks(op.get_bind())
    drop_search_index(op.get_bind())
    op.drop_table("reading")
    op.drop_table("prediction_via")
    op.drop_table("prediction_speaker")
    op.drop_table("prediction_quantile")
    op.drop_table("prediction_option")
    op.drop_table("prediction_condition")
    op.drop_table("objection")
    op.drop_table("evidence")
    op.drop_table("resolution")
    op.drop_table("reminder")
    op.drop_table("question_reference")
    op.drop_table("question_option")
    op.drop_table("question_implies")
    op.drop_table("prediction")
    op.drop_table("passage")
    op.drop_table("criteria_revision")
    op.drop_table("article_author")
    op.drop_table("article_text")
    op.drop_table("text_copy")
    op.drop_table("source_redirect")
    op.drop_table("question")
    op.drop_table("phrase")
    op.drop_table("history_change")
    op.drop_table("article")
    op.drop_table("standard")
    op.drop_table("source")
    op.drop_table("scenario")
    op.drop_table("pack")
    op.drop_table("loaded_record")
    op.drop_table("history_entry")
