/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What kind of answer a target asks for, seen from its columns, and the head that gives such
 * answers. */
#pragma once

#include "nw-rule.h"

typedef enum {
  NW_ANSWER_UNKNOWN,
  NW_ANSWER_YES_NO,      /* one of two */
  NW_ANSWER_CLASSES,     /* one of several, which exclude each other */
  NW_ANSWER_SHARES,      /* parts of a whole: they add up to 1 */
  NW_ANSWER_LABELS,      /* several times yes or no, independently */
  NW_ANSWER_PERCENTAGES, /* numbers from 0 to 1 */
  NW_ANSWER_NUMBERS,
  NW_ANSWER_COUNTS, /* whole numbers from 0 */
  NW_N_ANSWERS,
} NwAnswer;

/**
 * NwTarget:
 * @n: units that a head for it has
 * @per_step: a row has one answer for each step
 * @by_index: the classes are one column of names or numbers, not one column each
 * @rename: (nullable): the column that becomes 0/1 for this
 */
typedef struct {
  NwAnswer answer;
  gint64 n;
  gboolean per_step, by_index;
  const char *rename;
} NwTarget;

NwTarget nw_target_of(const NwExam *exam, const NwHeadInfo *head);

/* “one of 3 classes”: what the target is, in words. (transfer full) */
char *nw_target_describe(const NwTarget *target);

/* The activation of a head for it: “sigmoid”. */
const char *nw_target_get_activation(const NwTarget *target);

/* Does the head answer such a target already: units, activation, the kind of loss? */
gboolean nw_head_fits(const NwHeadInfo *head, const NwTarget *target);

/* The project with a head for the target: units, activation, loss and metrics, of the layer that
 * makes the numbers if it serves no one else; else, with @may_insert, of a new Dense layer before
 * the Output. NULL: neither is possible. (transfer full) */
NwProject *nw_remedy_fit(const NwExam *exam, const NwHeadInfo *head, const NwTarget *target,
                         gboolean may_insert);

/* Offers “Make the head fit the target”: units, activation, loss and metrics in one step, when the
 * target is known and the head's layer serves no one else. */
void nw_finding_offer_fit(NwExam *exam, NwFinding *finding, const NwHeadInfo *head);

/* The project with @n numbers at the end of what arrives at the Output: as units of the layer that
 * makes them; where that serves others, stands inside the network, or counts something else with
 * its units, of a new Dense layer before the Output. NULL: the Output gets a part of what a layer
 * makes. */
NwProject *
nw_remedy_width(NwProject *project, const NwExam *exam, const NwHeadInfo *head, gint64 n);
/* Offers that, and says which of both it is. */
void nw_finding_offer_width(NwExam *exam, NwFinding *finding, const NwHeadInfo *head, gint64 n);

/* Makes the activation right before the Output another one. */
NwProject *nw_remedy_activation(NwProject *project, const NwHeadInfo *head, const char *activation);
/* That and the loss. */
NwProject *nw_remedy_head(NwProject *project, const NwHeadInfo *head, const char *activation,
                          const char *loss);
