/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-replay.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "nw-blas.h"
#include "nw-build.h"
#include "nw-cpu.h"
#include "nw-error.h"
#include "nw-project-data.h"

#define PART 4096 /* steps that are compared at a time */

struct _NwReplay {
  NwStoredRun *run;
  NwHistory *history; /* as it was */
  NwTrainer *trainer;
};

void
nw_replay_free(NwReplay *self)
{
  if (self == NULL)
    return;
  nw_trainer_free(self->trainer);
  nw_history_unref(self->history);
  nw_stored_run_free(self->run);
  g_free(self);
}

NwTrainer *
nw_replay_get_trainer(const NwReplay *self)
{
  return self->trainer;
}

/* ── may the bits be the same? ───────────────────────────────────────────────────────────────── */

static void
compare(GString *differences, const char *what, const char *then, const char *now)
{
  if (g_strcmp0(then, now) != 0)
    g_string_append_printf(differences, _("%s%s was %s then and is %s now"),
                           differences->len > 0 ? "; " : "", what,
                           then != NULL ? then : _("unknown"), now != NULL ? now : _("unknown"));
}

static gboolean
check(const NwStoredRun *run, NwDataset *dataset, GError **error)
{
  g_autoptr(GString) differences = g_string_new(NULL);

  compare(differences, _("the build"), run->build, nw_build_describe());
  compare(differences, _("the kernel variant"), run->kernels, nw_cpu_name(nw_cpu_get()));
  compare(differences, _("the BLAS"), run->blas, nw_blas_describe());
  if (dataset != NULL)
    compare(differences, _("the data's checksum"), run->data_hash, nw_dataset_get_hash(dataset));
  if (differences->len == 0)
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("Run %u cannot be replayed bit for bit: %s."),
              (guint)run->id, differences->str);
  return FALSE;
}

static gboolean
is_complete(const NwStoredRun *run, GError **error)
{
  if (run->state == NW_STORED_RUNNING)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("Run %u is still training; replay it when it has ended."), (guint)run->id);
  else if (run->start_hash != NULL)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("Run %u did not begin with fresh weights, and those are not kept; replay the run "
                  "that made them."),
                (guint)run->id);
  else if (run->n_steps == 0)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("Run %u ended before its first batch; there is nothing to replay."),
                (guint)run->id);
  else
    return TRUE;
  return FALSE;
}

/* ── running ─────────────────────────────────────────────────────────────────────────────────── */

/* A run that came to its own end does so again; any other is stopped where it was. */
static gboolean
ended_by_itself(const NwStoredRun *run)
{
  return run->state == NW_STORED_ENDED &&
         (run->end == NW_END_EPOCHS || run->end == NW_END_EARLY || run->end == NW_END_NOT_FINITE);
}

static NwTrainer *
make_trainer(const NwReplay *self, NwProject *project, NwDataset *dataset, int threads,
             GError **error)
{
  gsize n = nw_history_get_n_changes(self->history);
  g_autofree NwChange *changes = g_new(NwChange, n + 1);
  NwTrainOptions options = {
      .threads = threads,
      .base_dir = self->run->base_dir,
      .changes = changes,
      .n_changes = n,
      .stop_after = ended_by_itself(self->run) ? 0 : self->run->n_steps,
  };

  for (gsize i = 0; i < n; i++)
    changes[i] = nw_history_get_change(self->history, i);
  return nw_trainer_new(project, dataset, &options, error);
}

NwReplay *
nw_replay_new(NwStore *store, gint64 id, int threads, GError **error)
{
  g_autoptr(NwReplay) self = g_new0(NwReplay, 1);
  g_autoptr(NwProject) project = NULL;
  g_autoptr(NwDataset) dataset = NULL;

  self->run = nw_store_find_run(store, id, error);
  if (self->run == NULL || !is_complete(self->run, error) || !check(self->run, NULL, error))
    return NULL;
  project = nw_store_load_project(store, id, error);
  self->history = project != NULL ? nw_store_load_history(store, id, error) : NULL;
  dataset = self->history != NULL
                ? nw_project_build_dataset(project, self->run->base_dir, NULL, error)
                : NULL;
  if (dataset == NULL || !check(self->run, dataset, error))
    return NULL;
  self->trainer = make_trainer(self, project, dataset, threads, error);
  return self->trainer != NULL ? g_steal_pointer(&self) : NULL;
}

/* ── comparing ───────────────────────────────────────────────────────────────────────────────── */

/* The first step whose number differs in series @s; @n if none does. What was not recorded is not
 * compared. */
static gsize
find_difference(const NwReplay *self, guint s, gsize n, double *then, double *now)
{
  const NwHistory *again = nw_trainer_get_history(self->trainer);
  double one[PART], two[PART];

  for (gsize from = 0; from < n; from += PART) {
    gsize part = MIN(PART, n - from);

    if (nw_history_read_steps(self->history, s, from, part, one) != part ||
        nw_history_read_steps(again, s, from, part, two) != part)
      return from;
    for (gsize i = 0; i < part; i++) {
      if (memcmp(&one[i], &two[i], sizeof *one) == 0 || isnan(one[i]))
        continue;
      *then = one[i];
      *now = two[i];
      return from + i;
    }
  }
  return n;
}

static char *
judge_steps(const NwReplay *self)
{
  NwHistory *again = nw_trainer_get_history(self->trainer);
  gsize n = MIN(nw_history_get_n_steps(self->history), nw_history_get_n_steps(again)), first = n;
  double then = NAN, now = NAN, before = NAN, after = NAN;
  guint series = 0;

  for (guint s = 0; s < nw_history_get_n_step_series(self->history); s++) {
    gsize step;

    if (nw_history_get_step_series(self->history, s)->is_measured)
      continue;
    step = find_difference(self, s, first, &before, &after);
    if (step >= first)
      continue;
    first = step;
    series = s;
    then = before;
    now = after;
  }
  if (first < n)
    return g_strdup_printf(_("Run %u differs first at step %zu: %s was %.17g then and is %.17g "
                             "now."),
                           (guint)self->run->id, first + 1,
                           nw_history_get_step_series(self->history, series)->title, then, now);
  if (nw_history_get_n_steps(again) != self->run->n_steps)
    return g_strdup_printf(_("Run %u had %zu steps then and has %zu now."), (guint)self->run->id,
                           (gsize)self->run->n_steps, nw_history_get_n_steps(again));
  return NULL;
}

/* The last weights, and the best where there are some. */
static gboolean
same_weights(const NwReplay *self)
{
  const char *const hashes[] = {self->run->last_hash, self->run->best_hash};

  for (guint i = 0; i < G_N_ELEMENTS(hashes); i++) {
    g_autoptr(NwWeights) weights = nw_trainer_dup_weights(self->trainer, i == 1);
    g_autofree char *hash = weights != NULL ? nw_weights_checksum(weights) : NULL;

    if (hashes[i] != NULL && g_strcmp0(hash, hashes[i]) != 0)
      return FALSE;
  }
  return TRUE;
}

gboolean
nw_replay_judge(NwReplay *self, char **sentence)
{
  *sentence = judge_steps(self);
  if (*sentence != NULL)
    return FALSE;
  if (self->run->last_hash == NULL) {
    *sentence = g_strdup_printf(_("Run %u was interrupted, so that its weights are not known; all "
                                  "numbers of its %zu steps are the same, bit for bit."),
                                (guint)self->run->id, (gsize)self->run->n_steps);
    return TRUE;
  }
  if (!same_weights(self)) {
    *sentence =
        g_strdup_printf(_("All numbers of the %zu steps of run %u are the same, and yet its "
                          "weights differ."),
                        (gsize)self->run->n_steps, (guint)self->run->id);
    return FALSE;
  }
  *sentence =
      g_strdup_printf(_("Run %u again: all numbers of its %zu steps and its weights are the "
                        "same, bit for bit."),
                      (guint)self->run->id, (gsize)self->run->n_steps);
  return TRUE;
}
