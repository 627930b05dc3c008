/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Typed parameter tables. One table drives the parser, the project file, the inspector, `--set`,
 * the documentation and the exporters.
 *
 *   static const NwParamSpec params[] = {
 *     {"units", "Units", "How many numbers the layer gives", NW_PARAM_INT, "64", 1, 1 << 20},
 *     {"activation", "Activation", "…", NW_PARAM_CHOICE, "linear", .choices =
 * nw_activation_choices}, {NULL},
 *   };
 */
#pragma once

#include <gio/gio.h>

typedef enum {
  NW_PARAM_INT,    /* 64-bit integer */
  NW_PARAM_REAL,   /* double */
  NW_PARAM_BOOL,   /* "true" or "false" */
  NW_PARAM_CHOICE, /* the id of one of the choices */
  NW_PARAM_TEXT,   /* any text */
  NW_PARAM_INTS,   /* a list of integers: "28, 28, 1"; may be empty */
  NW_PARAM_REALS,  /* a list of numbers: "1, 0.5"; may be empty */
  NW_PARAM_NAMES,  /* a list of ids out of the choices: "accuracy, auc"; may be empty */
} NwParamType;

typedef struct {
  const char *id, *title;
  const char *help;  /* (nullable): one sentence */
  const char *group; /* (nullable): heading in a long list; neighbours share it */
} NwChoice;

/**
 * NwParamSpec:
 * @key: Keras' name where Keras has the parameter
 * @title: as the inspector shows it (marked with N_())
 * @help: one sentence (marked with N_())
 * @initial: the default, as a person would type it
 * @min: smallest value of an integer or number, or of each list item; with @max = 0 = @min: no
 * range
 * @max: largest value
 * @choices: (nullable): gives the choices, ended by a NULL id
 * @when: (nullable): "key=a|b": the parameter applies only while another has one of these values (a
 * list of names: among others), "key|other=a|b": while one of those has; several conditions, with
 * blanks between them, must all hold
 * @group: (nullable): heading in the inspector; NULL is the first, untitled group
 * @unit: (nullable): shown behind the value
 * @wide: a long text, such as a formula: its editor stands below the title
 * @names_layer: the text is the name of another layer, and follows when that is renamed
 */
typedef struct {
  const char *key, *title, *help;
  NwParamType type;
  const char *initial;
  double min, max;
  const NwChoice *(*choices)(void);
  const char *when;
  const char *group;
  const char *unit;
  gboolean wide, names_layer;
} NwParamSpec;

/* For tables that are made from a registry, once, and kept until the program ends: appends the rows
 * of
 * @specs (nullable) to @table, an array of NwParamSpec, so that they apply while the parameter @key
 * is
 * @choice. A row whose key is there already applies then, too: kinds that share a key share the
 * row. */
void
nw_param_table_append(GArray *table, const NwParamSpec *specs, const char *key, const char *choice);

/* The values of one table; immutable and reference-counted. */
typedef struct _NwParams NwParams;

/* All defaults. @specs is ended by a NULL key and must outlive the values (they are constant). */
NwParams *nw_params_new(const NwParamSpec *specs);
NwParams *nw_params_ref(NwParams *params);
void nw_params_unref(NwParams *params);
const NwParamSpec *nw_params_get_specs(const NwParams *params);
const NwParamSpec *nw_params_find_spec(const NwParams *params, const char *key);

/* Asking for a key that the table does not have, or for another type, is a programmer fault. */
gint64 nw_params_get_int(const NwParams *params, const char *key);
double nw_params_get_real(const NwParams *params, const char *key);
gboolean nw_params_get_bool(const NwParams *params, const char *key);
const char *nw_params_get_choice(const NwParams *params, const char *key);
const char *nw_params_get_text(const NwParams *params, const char *key);
const gint64 *nw_params_get_ints(const NwParams *params, const char *key, gsize *n);
const double *nw_params_get_reals(const NwParams *params, const char *key, gsize *n);
const char *const *nw_params_get_names(const NwParams *params, const char *key); /* NULL-ended */

/* Do all conditions of a `when` hold? NULL: yes. */
gboolean nw_params_match(const NwParams *params, const char *when);
/* Does the parameter apply, its `when` considered? Does it still have its default? */
gboolean nw_params_applies(const NwParams *params, const char *key);
gboolean nw_params_is_initial(const NwParams *params, const char *key);

/* The value as a person would type it, in the C locale. (transfer full) */
char *nw_params_to_text(const NwParams *params, const char *key);

/**
 * nw_params_with:
 * @text: the value as a person types it
 *
 * Returns: (transfer full): values that differ in @key, or NULL with an error such as “Units must
 * be a whole number from 1 to 1048576, not “abc””.
 */
NwParams *nw_params_with(NwParams *params, const char *key, const char *text, GError **error);
gboolean nw_params_equal(const NwParams *a, const NwParams *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwParams, nw_params_unref)
