/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Kinds that a parameter names by text, with numbers in brackets where they take some: the
 * initialiser "constant(0.1)", the constraint "max_norm(3)". */
#pragma once

#include "nw-param.h"

#define NW_TEXT_KIND_MAX_ARGUMENTS 8

/* A word that stands for a value of one argument, as in "variance_scaling(2, fan_out)". */
typedef struct {
  const char *word;
  gsize argument;
  double value;
} NwTextWord;

/* What such a kind begins with. */
typedef struct {
  const char *id, *title, *summary;
  const double *defaults; /* arguments not given; n_arguments of them */
  gsize n_arguments;
  gboolean more;           /* any further numbers are welcome, too */
  const NwTextWord *words; /* (nullable): ended by a NULL word; such an argument takes only words */
} NwTextKind;

/* A family of kinds, and its sentences; each has one place for a text, no_such_near two. */
typedef struct {
  const NwTextKind *(*nth)(gsize i); /* NULL behind the last */
  const char *no_such_near;          /* “There is no initialiser “%s”: did you mean %s?” */
  const char *no_such;               /* “There is no initialiser “%s”: choose one of %s” */
  const char *no_bracket;            /* “The initialiser “%s” has no closing bracket: …” */
  const char *no_numbers;            /* “The initialiser %s takes no numbers, not “%s”” */
  const char *one_number, *numbers;  /* “The initialiser %s takes …, not “%s”” */
} NwTextKinds;

/**
 * nw_text_kind_parse:
 * @arguments: (out): what the text gives, else the defaults
 * @n_arguments: (out) (nullable): how many, at least those of the kind
 *
 * Returns: the index of the kind, or −1 with one sentence.
 */
int nw_text_kind_parse(const NwTextKinds *kinds, const char *text,
                       double arguments[NW_TEXT_KIND_MAX_ARGUMENTS], gsize *n_arguments,
                       GError **error);

/* Ended by a NULL id. (transfer full) */
NwChoice *nw_text_kind_make_choices(const NwTextKinds *kinds);
