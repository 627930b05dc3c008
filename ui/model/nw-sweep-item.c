/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep-item.h"

#include <math.h>

struct _NwSweepItem {
  GObject parent;

  NwSweepTrial *trial;
};

G_DEFINE_FINAL_TYPE(NwSweepItem, nw_sweep_item, G_TYPE_OBJECT)

static guint changed;

NwSweepItem *
nw_sweep_item_new(NwSweepTrial *trial)
{
  NwSweepItem *self = g_object_new(NW_TYPE_SWEEP_ITEM, NULL);

  self->trial = trial;
  return self;
}

gboolean
nw_sweep_item_update(NwSweepItem *self, NwSweepTrial *trial)
{
  const NwSweepTrial *old = self->trial;
  gboolean is_new = old->state != trial->state || old->epochs != trial->epochs ||
                    old->run != trial->run || old->n_weights != trial->n_weights ||
                    old->judged_epoch != trial->judged_epoch ||
                    g_strcmp0(old->message, trial->message) != 0 ||
                    (old->ece != trial->ece && !isnan(trial->ece));

  nw_sweep_trial_free(self->trial);
  self->trial = trial;
  if (is_new)
    g_signal_emit(self, changed, 0);
  return is_new;
}

const NwSweepTrial *
nw_sweep_item_get(NwSweepItem *self)
{
  return self->trial;
}

static void
nw_sweep_item_finalize(GObject *object)
{
  nw_sweep_trial_free(NW_SWEEP_ITEM(object)->trial);
  G_OBJECT_CLASS(nw_sweep_item_parent_class)->finalize(object);
}

static void
nw_sweep_item_class_init(NwSweepItemClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_sweep_item_finalize;
  changed = g_signal_new("changed", NW_TYPE_SWEEP_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                         G_TYPE_NONE, 0);
}

static void
nw_sweep_item_init(NwSweepItem *self)
{
}
