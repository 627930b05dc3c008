/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Edits that remedies are made of. Each takes a project (NULL: nothing to edit, gives NULL) and
 * gives the edited one, NULL when the edit is not possible: they can be put into each other.
 *
 *   nw_remedy_param(nw_remedy_begin(exam), head, "activation", "sigmoid") */
#pragma once

#include "nw-rule.h"

/* A reference of the project as it is. */
NwProject *nw_remedy_begin(const NwExam *exam);

NwProject *
nw_remedy_param(NwProject *project, const NwNode *node, const char *key, const char *text);
NwProject *nw_remedy_training(NwProject *project, const char *key, const char *text);
NwProject *nw_remedy_optimizer(NwProject *project, const char *key, const char *text);

/* Columns of one field. */
NwProject *nw_remedy_scaling(NwProject *project, const NwFieldSurvey *field, NwScaling scaling);
NwProject *
nw_remedy_kind(NwProject *project, const char *source, const char *column, NwColumnKind kind);
/* Without the columns for which @leave is set. */
NwProject *
nw_remedy_leave_out(NwProject *project, const NwFieldSurvey *field, const gboolean *leave);
/* The last step of each row alone. */
NwProject *nw_remedy_last_step(NwProject *project, const char *field);
/* Offers to cut or fill up the field's sequences, when it is their length alone that does not suit
 * @wanted. */
void nw_finding_offer_length(NwExam *exam, NwFinding *finding, const NwFieldSurvey *field,
                             const NwShape *wanted);
NwProject *nw_remedy_split(NwProject *project, double validation, double test);
NwProject *nw_remedy_stratify(NwProject *project, const char *column);

/* Removes the node; what read it reads what it read first. */
NwProject *nw_remedy_remove(NwProject *project, const NwNode *node);
/* Puts a new layer between @node's input and what feeds it; its uid comes out. */
NwProject *
nw_remedy_insert(NwProject *project, const NwNode *node, guint input, const char *kind, guint *uid);
NwProject *nw_remedy_move(NwProject *project, guint uid, double dx, double dy);
NwProject *nw_remedy_disconnect(NwProject *project, const NwNode *node, guint input);
NwProject *nw_remedy_connect(NwProject *project, guint from, const NwNode *to, guint input);
