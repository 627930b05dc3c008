/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What is known about a sweep's trials, in “RUNS/sweeps/NAME.json”. */
#include "nw-sweep-private.h"

#include "nw-error.h"
#include "nw-file.h"
#include "nw-json.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define MOST_BYTES  (64 << 20)
#define MOST_VALUES 1000000
#define SUFFIX      ".json"

const NwChoice nw_sweep_trial_states[NW_N_TRIAL_STATES + 1] = {
    [NW_TRIAL_WAITING] = {"waiting", N_("waiting")},
    [NW_TRIAL_DONE] = {"done", N_("done")},
    [NW_TRIAL_LEFT] = {"left", N_("left behind")},
    [NW_TRIAL_FAILED] = {"failed", N_("failed")},
};

NwSweepTrial *
nw_sweep_trial_copy(const NwSweepTrial *trial)
{
  NwSweepTrial *copy = g_new(NwSweepTrial, 1);

  *copy = *trial;
  copy->values = g_strdupv(trial->values);
  copy->folder = g_strdup(trial->folder);
  copy->message = g_strdup(trial->message);
  return copy;
}

void
nw_sweep_trial_free(NwSweepTrial *trial)
{
  if (trial == NULL)
    return;
  g_strfreev(trial->values);
  g_free(trial->folder);
  g_free(trial->message);
  g_free(trial);
}

/* The last word of what the project is known by. */
guint
nw_sweep_run_get_epochs(const NwSweepRun *run)
{
  const char *last = run->fingerprint != NULL ? strrchr(run->fingerprint, ' ') : NULL;

  return last != NULL ? (guint)CLAMP(g_ascii_strtoll(last, NULL, 10), 0, G_MAXINT32) : 0;
}

/* A name may be anything that a person types; a file name may not. */
char *
nw_sweep_state_dup_path(const char *runs, const char *name)
{
  g_autofree char *escaped = g_uri_escape_string(name, " ", TRUE);
  g_autofree char *file = g_strconcat(escaped, SUFFIX, NULL);

  return g_build_filename(runs, "sweeps", file, NULL);
}

static int
compare_names_cb(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

char **
nw_sweep_list(const char *runs)
{
  g_autofree char *folder = g_build_filename(runs, "sweeps", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  const char *file;

  while (dir != NULL && (file = g_dir_read_name(dir)) != NULL) {
    g_autofree char *stem = g_strdup(file);
    char *name;

    if (!g_str_has_suffix(file, SUFFIX))
      continue;
    stem[strlen(stem) - strlen(SUFFIX)] = '\0';
    name = g_uri_unescape_string(stem, NULL);
    if (name != NULL)
      g_ptr_array_add(names, name);
  }
  g_ptr_array_sort(names, compare_names_cb);
  g_ptr_array_add(names, NULL);
  return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────────── */

static JsonObject *
trial_to_json(const NwSweepTrial *trial)
{
  JsonObject *object = json_object_new();
  JsonArray *values = json_array_new();

  json_object_set_int_member(object, "number", trial->number);
  for (guint i = 0; trial->values[i] != NULL; i++)
    json_array_add_string_element(values, trial->values[i]);
  json_object_set_array_member(object, "values", values);
  json_object_set_string_member(object, "state", nw_sweep_trial_states[trial->state].id);
  json_object_set_int_member(object, "run", trial->run);
  if (trial->folder != NULL)
    json_object_set_string_member(object, "folder", trial->folder);
  json_object_set_int_member(object, "epochs", trial->epochs);
  json_object_set_double_member(object, "judged", trial->judged);
  json_object_set_int_member(object, "judged_epoch", trial->judged_epoch);
  json_object_set_double_member(object, "ece", trial->ece);
  json_object_set_double_member(object, "seconds", trial->seconds);
  json_object_set_int_member(object, "weights", (gint64)trial->n_weights);
  json_object_set_boolean_member(object, "ended_early", trial->ended_early);
  if (trial->message != NULL)
    json_object_set_string_member(object, "message", trial->message);
  return object;
}

gboolean
nw_sweep_state_save(const NwSweepRun *run, GError **error)
{
  g_autofree char *path = nw_sweep_state_dup_path(run->runs, run->sweep->name);
  g_autofree char *folder = g_path_get_dirname(path), *text = NULL;
  g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
  JsonObject *root = json_object_new();
  JsonArray *trials = json_array_new();

  json_object_set_member(root, "sweep", nw_sweep_to_json(run->sweep));
  json_object_set_string_member(root, "project", run->fingerprint);
  json_object_set_int_member(root, "compared", run->rung);
  json_object_set_boolean_member(root, "higher_is_better", run->higher_is_better);
  for (guint i = 0; i < run->trials->len; i++)
    json_array_add_object_element(trials, trial_to_json(g_ptr_array_index(run->trials, i)));
  json_object_set_array_member(root, "trials", trials);
  json_node_take_object(node, root);
  text = nw_json_to_text(node, TRUE);
  if (g_mkdir_with_parents(folder, 0755) != 0) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("The folder “%s” cannot be made: %s."), folder,
                g_strerror(errno));
    return FALSE;
  }
  return nw_file_write_atomic(path, text, strlen(text), error);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────────── */

static gboolean
read_whole(JsonObject *object, const char *key, const char *where, gint64 most, gint64 *out,
           GError **error)
{
  if (!nw_json_get_integer(object, key, where, out, error))
    return FALSE;
  if (*out >= 0 && *out <= most)
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("%s: “%s” is out of range"), where, key);
  return FALSE;
}

static gboolean
read_trial(NwSweepRun *run, JsonNode *node, const char *where, GError **error)
{
  JsonObject *object = nw_json_as_object(node, where, error);
  g_autoptr(NwSweepTrial) trial = g_new0(NwSweepTrial, 1);
  gint64 number = 0, epochs = 0, at = 0, weights = 0;
  int state = NW_TRIAL_WAITING;
  const char *folder = NULL, *message = NULL;

  trial->judged = trial->ece = NAN;
  if (object == NULL || !read_whole(object, "number", where, G_MAXINT32, &number, error) ||
      !nw_json_get_texts(object, "values", where, &trial->values, error) ||
      !nw_json_get_choice(object, "state", where, nw_sweep_trial_states, &state, error) ||
      !read_whole(object, "run", where, G_MAXINT64, &trial->run, error) ||
      !nw_json_get_text(object, "folder", where, &folder, error) ||
      !read_whole(object, "epochs", where, G_MAXINT32, &epochs, error) ||
      !nw_json_get_number(object, "judged", where, &trial->judged, error) ||
      !read_whole(object, "judged_epoch", where, G_MAXINT32, &at, error) ||
      !nw_json_get_number(object, "ece", where, &trial->ece, error) ||
      !nw_json_get_number(object, "seconds", where, &trial->seconds, error) ||
      !read_whole(object, "weights", where, G_MAXINT64, &weights, error) ||
      !nw_json_get_bool(object, "ended_early", where, &trial->ended_early, error) ||
      !nw_json_get_text(object, "message", where, &message, error))
    return FALSE;
  if (trial->values == NULL || g_strv_length(trial->values) != run->sweep->params->len) {
    g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("%s: there must be a value for each parameter"),
                where);
    return FALSE;
  }
  trial->number = (guint)number;
  trial->epochs = (guint)epochs;
  trial->judged_epoch = (guint)at;
  trial->n_weights = (gsize)weights;
  trial->state = (NwSweepTrialState)state;
  trial->folder = g_strdup(folder);
  trial->message = g_strdup(message);
  g_ptr_array_add(run->trials, g_steal_pointer(&trial));
  return TRUE;
}

static gboolean
read_trials(NwSweepRun *run, JsonObject *root, const char *path, GError **error)
{
  JsonArray *trials = NULL;

  if (!nw_json_get_array(root, "trials", path, &trials, error))
    return FALSE;
  for (guint i = 0; trials != NULL && i < json_array_get_length(trials); i++) {
    g_autofree char *where = g_strdup_printf(_("%s, trial %u"), path, i + 1);

    if (i == NW_SWEEP_MAX_TRIALS) {
      g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("%s has too many trials"), path);
      return FALSE;
    }
    if (!read_trial(run, json_array_get_element(trials, i), where, error))
      return FALSE;
  }
  return TRUE;
}

/* What there is under that name must be the same sweep of the same project. */
static gboolean
is_same(const NwSweepRun *run, NwSweep *there, const char *fingerprint, GError **error)
{
  g_autoptr(JsonNode) one = nw_sweep_to_json(run->sweep), two = nw_sweep_to_json(there);
  g_autofree char *mine = nw_json_to_text(one, FALSE), *other = nw_json_to_text(two, FALSE);

  if (run->project == NULL ||
      (g_str_equal(mine, other) && g_strcmp0(run->fingerprint, fingerprint) == 0))
    return TRUE;
  g_set_error(
      error, NW_ERROR, NW_ERROR_INPUT,
      g_str_equal(mine, other)
          ? _("The project has changed since the sweep “%s” began; give the new one another "
              "name.")
          : _("There is a sweep “%s” with other settings already; give this one another "
              "name."),
      run->sweep->name);
  return FALSE;
}

gboolean
nw_sweep_state_load(NwSweepRun *run, gboolean *found, GError **error)
{
  g_autofree char *path = nw_sweep_state_dup_path(run->runs, run->sweep->name), *text = NULL;
  g_autoptr(JsonNode) node = NULL;
  g_autoptr(NwSweep) there = NULL;
  JsonObject *root;
  const char *fingerprint = "";
  gint64 rung = 0;
  gsize length;

  *found = g_file_test(path, G_FILE_TEST_EXISTS);
  if (!*found)
    return TRUE;
  text = nw_file_read(path, MOST_BYTES, &length, error);
  node = text != NULL ? nw_json_parse(text, length, path, MOST_VALUES, error) : NULL;
  root = node != NULL ? nw_json_as_object(node, path, error) : NULL;
  if (root == NULL)
    return FALSE;
  there = nw_sweep_from_json(json_object_get_member(root, "sweep"), error);
  if (there == NULL || !nw_json_get_text(root, "project", path, &fingerprint, error) ||
      !is_same(run, there, fingerprint, error) ||
      !read_whole(root, "compared", path, 64, &rung, error) ||
      !nw_json_get_bool(root, "higher_is_better", path, &run->higher_is_better, error))
    return FALSE;
  if (run->project == NULL) {
    nw_sweep_free(run->sweep);
    run->sweep = g_steal_pointer(&there);
    g_free(run->fingerprint);
    run->fingerprint = g_strdup(fingerprint);
  }
  run->rung = (guint)rung;
  return read_trials(run, root, path, error);
}
