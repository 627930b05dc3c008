/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Everything that is answered with a probability, in one row: each label of each output, and for a
 * softmax head its top class. Sorted and filtered; pure. */
#pragma once

#include "nw-belief.h"

/* By floor: by the part of the calibration error that chance cannot explain. */
typedef enum {
  NW_TRUST_BY_FLOOR,
  NW_TRUST_BY_ECE,
  NW_TRUST_BY_NAME,
  NW_TRUST_BY_PREVALENCE,
} NwTrustOrder;

/* Thresholds are chosen on @validation and tried on @test, reports of the same output. */
typedef struct {
  NwReport *report;              /* reference; of the rows that are shown */
  NwReport *validation, *test;   /* (nullable) references */
  int label;                     /* or NW_BELIEF_CONFIDENCE */
  char *name;                    /* “traits · even” */
  char *short_name;              /* “even” */
  const char *tag;               /* the end of the short name that tells it from all others */
  double ece, floor, prevalence; /* floor: what the order by error goes by */
  gboolean is_muted;             /* too few to judge: always last by error */
} NwTrustEntry;

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
/* @filter: (nullable): part of the name */
void nw_trust_list_arrange(NwTrustList *list, NwTrustOrder order, const char *filter);
const NwTrustEntry *nw_trust_list_get_shown(const NwTrustList *list, guint position);
/* Where the entry of that name is shown; −1: nowhere. */
int nw_trust_list_find_shown(const NwTrustList *list, const char *name);
/* Over all entries that can be judged; NaN when there is none. */
double nw_trust_list_get_mean_ece(const NwTrustList *list);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwTrustList, nw_trust_list_free)
