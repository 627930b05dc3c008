/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a reader of files with rows is: one const struct per format, listed in data/meson.build. */
#pragma once

#include "nw-param.h"

typedef struct _NwTable NwTable;
typedef struct _NwReaderKind NwReaderKind;

typedef enum {
  NW_DELIMITER_AUTO,
  NW_DELIMITER_COMMA,
  NW_DELIMITER_SEMICOLON,
  NW_DELIMITER_TAB,
  NW_N_DELIMITERS,
} NwDelimiter;

typedef enum {
  NW_HEADER_AUTO,
  NW_HEADER_YES, /* the first row names the columns */
  NW_HEADER_NO,
  NW_N_HEADERS,
} NwHeader;

/* Ids (project file, command line) and titles (window), indexed by the enum, ended by a NULL id. */
extern const NwChoice nw_delimiter_choices[NW_N_DELIMITERS + 1];
extern const NwChoice nw_header_choices[NW_N_HEADERS + 1];

/**
 * NwReadOptions:
 * @reader: (nullable): NULL chooses by the file's first bytes, then by its name
 * @delimiter: of text formats; with `;`, a decimal comma is understood
 * @header: of text formats
 *
 * All zeros is "find out".
 */
typedef struct {
  const NwReaderKind *reader;
  NwDelimiter delimiter;
  NwHeader header;
} NwReadOptions;

/**
 * NwReaderKind:
 * @id: in project files: "csv"
 * @title: for people (marked with N_())
 * @suffixes: NULL-ended, lower case, with the dot
 * @magic: (nullable): the bytes with which every such file begins
 * @takes_text_options: delimiter and header mean something
 * @read: reads the file at @path; errors are one sentence that names the file
 */
struct _NwReaderKind {
  const char *id, *title;
  const char *const *suffixes;
  const char *magic;
  gboolean takes_text_options;
  NwTable *(*read)(const char *path, const NwReadOptions *options, GError **error);
};

/* All readers, ended by NULL. */
extern const NwReaderKind *const nw_reader_kinds[];
const NwReaderKind *nw_reader_find(const char *id); /* (nullable) */
/* "auto" and every reader's id, ended by a NULL id. */
const NwChoice *nw_reader_choices(void);
