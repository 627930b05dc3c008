/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What both ways through a recurrent layer share (nw-recurrent-run.c). */
#pragma once

#include "nw-recurrent.h"

/* Samples of a task. A row of a product does not depend on those beside it, so this changes no bit.
 */
#define NW_RECURRENT_SLICE 16

typedef struct {
  const NwCall *call;
  const NwRecurrentCell *cell;
  gsize directions, slices;
  NwRecurrent direction[2];
  const char *merge; /* "concat", …; NULL for one direction */
} NwRecurrentJob;

/* One call of the layer. */
NwRecurrentJob nw_recurrent_job(const NwCall *call);
/* Where a direction's output lies: beside the other's, in an output of its own, or in @apart, to be
 * merged. */
void nw_recurrent_place_output(NwRecurrent *r, const NwRecurrentJob *job, NwReal *both,
                               NwReal *second, NwReal *apart);
gboolean nw_recurrent_merges_apart(const NwRecurrentJob *job);
/* The output of the second direction when both stand alone. (nullable) */
const NwTensor *nw_recurrent_second_output(const NwRecurrentJob *job);
/* State @s as the layer gives it, as it is given one. (nullable) */
const NwTensor *nw_recurrent_state_output(const NwRecurrent *r, gsize s);
const NwTensor *nw_recurrent_state_input(const NwRecurrent *r, gsize s);

void nw_recurrent_group_columns(const NwRecurrent *r, gsize group, gsize *from, gsize *to);
/* The recurrent kernel by groups, as products want it. */
void nw_recurrent_pack(const NwRecurrent *r, gboolean transposed);
/* y[rows] = x[rows]·factor, a factor vector for every @per_sample rows, or += */
void
nw_recurrent_multiply(const NwReal *x, const NwReal *factor, gsize factor_step, gsize per_sample,
                      gsize rows, gsize width, NwReal *y, gboolean accumulate);
/* The inputs as part @part of the gates sees them: behind dropout, in scratch. */
const NwReal *nw_recurrent_drop_input(const NwRecurrent *r, gsize part);
