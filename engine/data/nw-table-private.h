/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How readers fill a table that nobody else has seen yet. */
#pragma once

#include "nw-npy.h"
#include "nw-table.h"

/* Texts as they are met, each distinct one stored once. */
typedef struct {
  guint32 *codes; /* [rows] index into texts, or NW_TEXT_MISSING */
  gsize rows, capacity;
  GPtrArray *texts; /* in chunk */
  GHashTable *index;
  GStringChunk *chunk;
} NwTextCodes;

#define NW_TEXT_MISSING G_MAXUINT32

NwTextCodes *nw_text_codes_new(void);
void nw_text_codes_free(NwTextCodes *codes);
/* Appends a row; what means "missing" is stored so. @text is ended by a 0. */
void nw_text_codes_append(NwTextCodes *codes, const char *text);

/* pandas' and UCI's markers, and the empty text. */
gboolean nw_text_is_missing(const char *text, gsize length);

/**
 * nw_text_to_number:
 * A number of a text file: decimal, in the C locale, or an infinity; the whole of the text, without
 * spaces around it. @decimal_comma also allows "1,5".
 */
gboolean nw_text_to_number(const char *text, gsize length, gboolean decimal_comma, double *out);

NwTable *nw_table_new(const char *path, const NwReaderKind *reader);
/* Memory that the columns' tensors point into. */
void nw_table_keep(NwTable *table, gpointer memory, GDestroyNotify destroy);
/* Adds a column whose rows are the first axis of @numbers (its name is not used). A name that is
 * empty or taken is changed. */
void nw_table_add_numbers(NwTable *table, const char *name, const NwFileTensor *numbers);
void nw_table_take_text(NwTable *table, const char *name, NwTextCodes *codes);
/* Adds an array, taking its memory; @where begins the error. */
gboolean
nw_table_take_npy(NwTable *table, const char *name, NwNpy *npy, const char *where, GError **error);
/* What was found out about a text file. @lines: (nullable): [rows]; NULL: one line per row from
 * @first_line on. */
void nw_table_set_text_file(NwTable *table, NwDelimiter delimiter, NwHeader header,
                            gsize first_line, guint32 *lines);
void nw_table_take_hash(NwTable *table, char *hash);
/* Statistics and guesses; afterwards the table is immutable. */
void nw_table_finish(NwTable *table);

gboolean nw_table_get_decimal_comma(const NwTable *table);

/* A column with its storage. */
typedef struct {
  NwTableColumn info;
  NwTextCodes *text;   /* (nullable); its texts in byte order after nw_table_finish() */
  NwFileTensor tensor; /* where text is NULL: [rows, shape…] */
} NwTableStore;

/* nw-table-stats.c */
void nw_table_store_summarize(NwTableStore *store);
void nw_table_guess_kinds(NwTableStore **stores, gsize n);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwTextCodes, nw_text_codes_free)
