/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One row to try a network on: taken from the data, changed by a person, in the person's units;
 * what the network answers, and which of the row's entries mattered for an answer.
 *
 *   trial = nw_trial_new(project, weights, dataset, &error);
 *   nw_trial_set_row(trial, row);
 *   nw_trial_set_text(trial, entry, "5.1", &error);
 *   numbers = nw_trial_dup_numbers(trial);
 *   nw_trial_answer(trial, numbers, answers);
 *   nw_trial_occlude(trial, numbers, answer, effects, NULL);
 *
 * The row belongs to one thread. What takes numbers (nw_trial_answer(), nw_trial_occlude() …) only
 * looks at those, so it may run in another thread than the one that changes the row, one at a time.
 */
#pragma once

#include "nw-dataset.h"
#include "nw-metric.h"
#include "nw-prepare.h"
#include "nw-project.h"
#include "nw-weights.h"

/* What a person may say of an entry. */
typedef enum {
  NW_ASK_NUMBER,
  NW_ASK_WHOLE,  /* a whole number, such as the id of a word */
  NW_ASK_CHOICE, /* one of the texts of a category, or of the two values of a 0/1 column */
} NwAsk;

/**
 * NwTrialEntry:
 * @first, @n: the elements of the input's row that it decides; @n > 1 for a category as one-hot
 * @preparation: (nullable): of its column; NULL for data without columns
 * @number: which number of a row of the column it is
 * @low, @high: the smallest and the largest in the training rows, in the person's units
 * @least, @most: what may be said, of whole numbers
 */
typedef struct {
  NwAsk ask;
  guint input;
  gsize first, n;
  const NwPreparation *preparation;
  gsize number;
  double low, high;
  gint32 least, most;
} NwTrialEntry;

/* Its entries are first_entry … first_entry + n_entries − 1. */
typedef struct {
  const char *name; /* of the Input */
  NwType type;
  guint first_entry, n_entries;
} NwTrialInput;

/* Entries of an input that are the points of a picture: row-major, @depth numbers for each point.
 */
typedef struct {
  guint height, width, depth;
} NwTrialPicture;

/* One number that the network answers. */
typedef struct {
  guint output;
  const char *name; /* of the Output */
  NwHead head;
  gsize step, n_steps;
  gsize column, n_columns;
  const char *label; /* (nullable) the class, or the name of the column */
} NwTrialAnswer;

typedef struct _NwTrial NwTrial;

/**
 * nw_trial_new:
 * @dataset: what @weights were trained on, or other rows prepared as they were
 *
 * Looks at all training rows; call it in a thread. Begins with the first row. (transfer full), or
 * NULL with one sentence.
 */
NwTrial *nw_trial_new(NwProject *project, NwWeights *weights, NwDataset *dataset, GError **error);
void nw_trial_free(NwTrial *trial);

guint nw_trial_get_n_inputs(const NwTrial *trial);
const NwTrialInput *nw_trial_get_input(const NwTrial *trial, guint i);
guint nw_trial_get_n_entries(const NwTrial *trial); /* of all inputs */
const NwTrialEntry *nw_trial_get_entry(const NwTrial *trial, guint i);
/* “petal_length”, or “x[3, 4]”, counted from 0, for a number of an array. (transfer full) */
char *nw_trial_dup_entry_name(const NwTrial *trial, guint i);
/* The texts of NW_ASK_CHOICE. NULL-ended (transfer none) */
const char *const *nw_trial_get_choices(const NwTrial *trial, guint entry);
/* FALSE: the input is no picture. Arrays of two axes, or three with 1 or 3 numbers a point, are,
 * and columns called “NAME_ROW_COLUMN”, or a square number of them called “pixelN”. */
gboolean nw_trial_get_picture(const NwTrial *trial, guint input, NwTrialPicture *picture);

/* Forgets what was changed. */
void nw_trial_set_row(NwTrial *trial, guint32 row);
/* In the person's units; of a choice its index. */
double nw_trial_get(const NwTrial *trial, guint entry);
/* What stands there when the entry is to count as absent: see nw_trial_occlude(). */
double nw_trial_get_absent(const NwTrial *trial, guint entry);
/* What cannot be is one sentence, and changes nothing. */
gboolean nw_trial_set(NwTrial *trial, guint entry, double value, GError **error);
/* The same as text. (transfer full) */
char *nw_trial_dup_text(const NwTrial *trial, guint entry);
gboolean nw_trial_set_text(NwTrial *trial, guint entry, const char *text, GError **error);
/* What the network sees: [elements of all inputs] float, or gint32 where the input's are. (transfer
 * full): g_free */
gpointer nw_trial_dup_numbers(const NwTrial *trial);

guint nw_trial_get_n_answers(const NwTrial *trial);
const NwTrialAnswer *nw_trial_get_answer(const NwTrial *trial, guint i);
/* The target of the row that was last set: of a probability 0 … 1, of a value in the person's
 * units. NaN: there is none. */
double nw_trial_get_truth(const NwTrial *trial, guint answer);
/* The same of any row of the data: the entry, unchanged, and the target. */
double nw_trial_read_entry(const NwTrial *trial, guint entry, guint32 row);
double nw_trial_read_truth(const NwTrial *trial, guint answer, guint32 row);

/**
 * nw_trial_answer:
 * @answers: [n_answers] probabilities, or values in the person's units; NaN where a mask says that
 * the step does not count
 */
void nw_trial_answer(NwTrial *trial, gconstpointer numbers, double *answers);

/* @value, an answer in the person's units, moved by @by in those of the network. */
double nw_trial_move_answer(const NwTrial *trial, guint answer, double value, double by);

/* For a picture, occlusion covers a square of 2 · @radius + 1 points around each point. 0 at first.
 */
void nw_trial_set_radius(NwTrial *trial, guint input, guint radius);

/**
 * nw_trial_occlude:
 * @effects: [n_entries] the answer less what it would be without the entry: greater than 0 speaks
 * for it, less against it
 *
 * Without: at the mean of the training rows; an id becomes that of padding, which is what the
 * Embedding that reads it masks, else 0. FALSE: it was cancelled.
 */
gboolean nw_trial_occlude(NwTrial *trial, gconstpointer numbers, guint answer, double *effects,
                          GCancellable *cancellable);

/**
 * nw_trial_follow_slopes:
 * @effects: [n_entries] slope of the answer × number, of an id the sum over what its Embedding
 * makes of it (“gradient × input”); greater than 0 speaks for it, less against it. The points of a
 * picture have the sum over their colours.
 *
 * Numbers are as the network sees them, so that 0 counts for nothing; a linear network's effects
 * add up to its answer less its bias. Of the network without recalibration, whose maps have steps.
 * In the units that nw_trial_asks_odds() says. NaN: ids that go
 * through another layer before their Embedding, or there is no memory for it.
 */
void nw_trial_follow_slopes(NwTrial *trial, gconstpointer numbers, guint answer, double *effects);
/* TRUE: slopes are of the log-odds ln p/(1 − p); FALSE: of the answer itself. See nw-plan.h. */
gboolean nw_trial_asks_odds(const NwTrial *trial, guint answer);

/* Several answers to one question, by passes with dropout or by several networks. */
typedef struct {
  double mean, low, high; /* the middle nine tenths; of less than 20, all of them. NaN: none */
} NwTrialSpread;

/* Layers with dropout. 0: every pass would answer the same. */
guint nw_trial_get_n_dropping(const NwTrial *trial);
/* @samples: [passes, n_answers] as nw_trial_answer() gives, each with other numbers dropped (MC
 * dropout: Gal & Ghahramani 2016). The same row has the same samples. */
void nw_trial_answer_dropping(NwTrial *trial, gconstpointer numbers, guint passes, double *samples);
/* @samples: [n_samples, n_answers]; @spreads: [n_answers] */
void
nw_trial_spread(const double *samples, guint n_samples, guint n_answers, NwTrialSpread *spreads);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwTrial, nw_trial_free)
