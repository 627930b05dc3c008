/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Everything that is answered with a probability, in one row: each label of each output, and for a
 * softmax head its top class. Sorted and filtered; pure. */
#pragma once

#include "nw-belief.h"

/* What entries are sorted by, the numbers that are known of each. By floor: by the part of the
 * calibration error that chance cannot explain. */
typedef enum {
  NW_TRUST_BY_FLOOR,
  NW_TRUST_BY_ECE,
  NW_TRUST_BY_NAME, /* the order of the outputs and labels themselves; no number */
  NW_TRUST_BY_PREVALENCE,
  NW_TRUST_BY_POSITIVES,
  NW_TRUST_BY_LOSS,
  NW_TRUST_BY_SKILL,
  NW_TRUST_BY_AUC, /* from here on measured, NaN before (nw-trust-measure.h) */
  NW_TRUST_BY_AP,
  NW_TRUST_BY_THRESHOLD,
  NW_TRUST_BY_F1, /* on the rows that chose the threshold */
  NW_TRUST_BY_PRECISION,
  NW_TRUST_BY_RECALL,
  NW_TRUST_BY_TEST_F1,
  NW_TRUST_BY_TEST_PRECISION,
  NW_TRUST_BY_TEST_RECALL,
  NW_TRUST_N_ORDERS,
} NwTrustOrder;

#define NW_TRUST_FIRST_MEASURED NW_TRUST_BY_AUC

/**
 * NwTrustColumn:
 * @title: translatable: “AUC”
 * @order: translatable: “by AUC”
 * @help: translatable: what it means
 * @dup_text: of an entry that has the number
 * @rises: the smallest is the worst, and comes first
 */
typedef struct {
  const char *title, *order, *help;
  char *(*dup_text)(double number);
  gboolean rises;
} NwTrustColumn;

extern const NwTrustColumn nw_trust_columns[NW_TRUST_N_ORDERS];

/* Thresholds are chosen on @validation and tried on @test, reports of the same output. */
typedef struct {
  NwReport *report;            /* reference; of the rows that are shown */
  NwReport *validation, *test; /* (nullable) references */
  int label;                   /* or NW_BELIEF_CONFIDENCE */
  char *name;                  /* “traits · even” */
  char *short_name;            /* “even” */
  const char *tag;             /* the end of the short name that tells it from all others */
  double numbers[NW_TRUST_N_ORDERS];
  double ceiling;    /* what the ECE may be in truth, as the floor is what it is at least */
  gboolean is_muted; /* too few to judge: always last by error */
} NwTrustEntry;

/* A number of it, “–” where it has none. (transfer full) */
char *nw_trust_entry_dup_text(const NwTrustEntry *entry, NwTrustOrder order);

typedef struct {
  GPtrArray *entries; /* NwTrustEntry, all of them, in their natural order */
  GArray *shown;      /* guint: indices into entries, filtered and sorted */
} NwTrustList;

/* @reports: [n]; NULL entries and outputs of values are left out. (transfer full) */
NwTrustList *nw_trust_list_new(NwReport *const *reports, guint n);
void nw_trust_list_free(NwTrustList *list);
/* Gives each entry the reports of its output among these: NwReport. */
void
nw_trust_list_set_splits(NwTrustList *list, const GPtrArray *validation, const GPtrArray *test);
/* The worst first, or the best when @reversed; what has no number last. @filter: (nullable): part
 * of the name */
void
nw_trust_list_arrange(NwTrustList *list, NwTrustOrder order, gboolean reversed, const char *filter);
const NwTrustEntry *nw_trust_list_get_shown(const NwTrustList *list, guint position);
/* Where the entry of that name is shown; −1: nowhere. */
int nw_trust_list_find_shown(const NwTrustList *list, const char *name);
/* Over all entries that can be judged; NaN when there is none. */
double nw_trust_list_get_mean_ece(const NwTrustList *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwTrustList, nw_trust_list_free)
