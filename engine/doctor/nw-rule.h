/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How a rule of the doctor is written. Only files of doctor/ and their tests include this.
 *
 * A rule is one entry of its family's table: an id, a severity, and what it looks at. It is called
 * for the whole project, for every node whose type is known, or for every Output that is connected,
 * says what it finds by nw_exam_report(), and offers remedies: projects, made of this one by the
 * edits of nw-remedy.h.
 *
 *   static void
 *   batch_too_large(NwExam *exam)
 *   {
 *     …
 *     finding = nw_exam_report(exam, 0, _("A batch of %d rows is more than …"), …);
 *     nw_finding_offer(finding, nw_remedy_training(exam, "batch_size", "32"), _("Batches of 32"));
 *   }
 *
 *   const NwRule nw_rules_training[] = {
 *       {"batch-too-large", NW_SEVERITY_WARNING, .project = batch_too_large},
 *       {NULL},
 *   };
 */
#pragma once

#include "nw-doctor.h"
#include "nw-loss.h"

typedef struct _NwExam NwExam;
typedef struct _NwHeadInfo NwHeadInfo;

typedef struct {
  const char *id; /* kebab case; stable, `check --json` prints it */
  NwSeverity severity;
  void (*project)(NwExam *exam);
  void (*node)(NwExam *exam, const NwNode *node, const NwInfer *infer);
  void (*output)(NwExam *exam, const NwHeadInfo *head);
} NwRule;

/* The tables of doctor/meson.build, each ended by a NULL id; ended by NULL. */
extern const NwRule *const nw_rule_families[];

/**
 * NwHeadInfo:
 * One Output and what makes its numbers.
 *
 * @node, @params, @loss, @type: the Output, its settings, what arrives there
 * @maker: the last layer with units of its own: what stands behind it hands its numbers on
 * @squash: the node that applies @activation: @maker, or an Activation behind it
 * @activation: id of what the numbers went through, "linear" if nothing
 * @sliced: a part of what @maker gives
 * @weight: of its loss in the total
 * @from_logits: the loss is told that raw scores arrive
 * @binding, @field: (nullable): its target, and what is known of it
 * @request: what the network asks of the target
 */
struct _NwHeadInfo {
  const NwNode *node;
  const NwParams *params;
  const NwLossKind *loss;
  const NwType *type;
  const NwNode *maker, *squash;
  const char *activation;
  gboolean sliced;
  gboolean from_logits;
  double weight;
  const NwBinding *binding;
  const NwFieldSurvey *field;
  NwFieldRequest request;
};

struct _NwExam {
  NwProject *project;
  NwGraph *graph;
  NwDataSettings *data;
  NwInference *inference;
  NwSurvey *survey; /* (nullable) */
  GArray *heads;    /* NwHeadInfo, of Outputs whose input is known */
  /*< private >*/
  const NwRule *rule;
  GHashTable *readers; /* uid → GPtrArray of NwNode */
  GHashTable *told;    /* uids whose problem a rule tells */
  GPtrArray *findings; /* NwFinding */
};

/* ── looking ─────────────────────────────────────────────────────────────────────────────────── */

gboolean nw_node_is(const NwNode *node, const char *kind);
/* The choice @key of the node's layer, NULL when it has none. */
const char *nw_node_choice(const NwNode *node, const char *key);
/* The number @key of the node's layer (an integer, a real, or 1 for “true”), 0 when it has none. */
double nw_node_number(const NwNode *node, const char *key);
gboolean nw_node_has(const NwNode *node, const char *key);

/* What is wired to an input of the node. (nullable) */
const NwNode *nw_exam_source(const NwExam *exam, const NwNode *node, guint input);
/* The nodes that read it: NwNode. (transfer none) (nullable) */
const GPtrArray *nw_exam_readers(const NwExam *exam, const NwNode *node);
const NwHeadInfo *nw_exam_head(const NwExam *exam, guint i); /* NULL behind the last one */

/* The survey of an Input's or Output's data. (nullable) */
const NwFieldSurvey *nw_exam_field(const NwExam *exam, const char *name);
/* What the column is: as decided, else as guessed; a column that feeds something is not ignored. */
NwColumnKind nw_exam_kind(const NwExam *exam, const NwFieldSurvey *field, gsize column);
NwScaling nw_exam_scaling(const NwExam *exam, const NwFieldSurvey *field, gsize column);
/* Values that training rows have. */
gsize nw_column_count_classes(const NwColumnSurvey *column);
/* Numbers that the field's columns give to the network; −1: not known. */
gint64 nw_exam_width(const NwExam *exam, const NwFieldSurvey *field, const NwFieldRequest *request);

/* ── telling ─────────────────────────────────────────────────────────────────────────────────── */

/* Adds a finding of the running rule. @node: uid, 0: of the whole. */
NwFinding *nw_exam_report(NwExam *exam, guint node, const char *format, ...) G_GNUC_PRINTF(3, 4);
/* Adds the remedy if @project, which is taken, is one and differs from the present one. */
void nw_finding_offer(NwExam *exam, NwFinding *finding, NwProject *project, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
/* What inference says about the node becomes a finding of the running rule, to which remedies can
 * be added; NULL when it says nothing, or another rule tells it. */
NwFinding *nw_exam_take_problem(NwExam *exam, const NwNode *node);
