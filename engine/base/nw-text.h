/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Numbers as text and back, in the C locale whatever the person's; words that look alike. */
#pragma once

#include <glib.h>

/* The shortest text that reads back as the same number: "0.1", "1e-07"; "nan", "inf", "-inf".
 * (transfer full) */
char *nw_number_to_text(double value);
/* The same for a float: "0.1", where nw_number_to_text gives "0.10000000149011612". */
char *nw_single_to_text(float value);

/* The whole of @text (white space around it allowed) is one finite decimal number. Hexadecimal,
 * "inf" and "nan" are refused, and so is what is too large for a double. */
gboolean nw_number_from_text(const char *text, double *out);
/* The same for a whole number that fits 64 bits; "1e3" and "64.0" are no whole numbers. */
gboolean nw_integer_from_text(const char *text, gint64 *out);

/* @text for a message: cut after 60 characters, control characters and bytes that are no UTF-8
 * replaced. (transfer full) */
char *nw_text_for_message(const char *text);

/* One more cell of a CSV line, quoted where RFC 4180 asks for it; a comma before it unless @line is
 * empty. */
void nw_text_append_cell(GString *line, const char *text);

/* The word that @word probably means: the one with the smallest edit distance, when that is at most
 * a third of its length. @words is ended by NULL. (transfer none) (nullable) */
const char *nw_nearest_word(const char *word, const char *const *words);
