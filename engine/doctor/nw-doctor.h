/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What is wrong with a project, in sentences, and what can be done about it: traps between model,
 * loss, target and settings, found before training starts.
 *
 *   g_autoptr(NwFindings) findings = nw_doctor_examine(project, inference, survey);
 *   for (guint i = 0; i < nw_findings_get_n(findings); i++)
 *     puts(nw_findings_get(findings, i)->message);
 *
 * Pure and cheap enough to run at every edit. What must be read and counted is in the survey, which
 * may come later: rules about data are silent until then. */
#pragma once

#include "nw-infer.h"
#include "nw-project.h"
#include "nw-survey.h"

/* Something that can be done: what it is called, and the project as it would then be. */
typedef struct {
  char *title;
  NwProject *project;
} NwRemedy;

/**
 * NwFinding:
 * @rule: the rule that found it, "graph" for what inference says
 * @node: uid of the node it is about, 0: of the whole
 * @message: a sentence with place and remedy
 * @remedies: [n_remedies] the best first
 */
typedef struct {
  const char *rule;
  NwSeverity severity;
  guint node;
  char *message;
  gsize n_remedies;
  NwRemedy *remedies;
} NwFinding;

/* The findings of one project; immutable and reference-counted. */
typedef struct _NwFindings NwFindings;

/* @survey: (nullable). Inference's problems are among the findings. (transfer full) */
NwFindings *nw_doctor_examine(NwProject *project, NwInference *inference, NwSurvey *survey);
NwFindings *nw_findings_ref(NwFindings *findings);
void nw_findings_unref(NwFindings *findings);

NwProject *nw_findings_get_project(const NwFindings *findings);
guint nw_findings_get_n(const NwFindings *findings); /* without advice */
guint nw_findings_get_n_all(const NwFindings *findings);
/* The worst first; advice comes behind all others. */
const NwFinding *nw_findings_get(const NwFindings *findings, guint i);
/* The first finding of the rule at the node. (nullable) */
const NwFinding *nw_findings_find(const NwFindings *findings, const char *rule, guint node);
/* The worst finding if it is an error. (nullable) */
const NwFinding *nw_findings_get_error(const NwFindings *findings);

/* May the rule of this id be asked to apply its remedies? FALSE with a sentence when there is none,
 * or when it is advice, which is for a person to take. */
gboolean nw_doctor_check_rule(const char *id, GError **error);

/* "advice", "hint", "warning", "error" */
const char *nw_severity_get_id(NwSeverity severity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwFindings, nw_findings_unref)
