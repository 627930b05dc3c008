/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Everything that a network answers to a row, a bar each; searched by name.
 *
 * “chosen” (guint answer): the person picked one */
#pragma once

#include <gtk/gtk.h>

#include "nw-trier.h"

#define NW_TYPE_ANSWER_LIST (nw_answer_list_get_type())
G_DECLARE_FINAL_TYPE(NwAnswerList, nw_answer_list, NW, ANSWER_LIST, GtkWidget)

/* @trier: ready */
GtkWidget *nw_answer_list_new(NwTrier *trier);
/* The trier has new answers. */
void nw_answer_list_refresh(NwAnswerList *list);
/* “digit · 3”, “scope · step 4 · inside”. (transfer full) */
char *nw_answer_dup_name(const NwTrialAnswer *answer);
