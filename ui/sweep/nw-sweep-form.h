/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a sweep shall be: which settings vary, how trials are chosen, what judges them.
 *
 * “changed”: the person wants another sweep */
#pragma once

#include <gtk/gtk.h>

#include "nw.h"

#define NW_TYPE_SWEEP_FORM (nw_sweep_form_get_type())
G_DECLARE_FINAL_TYPE(NwSweepForm, nw_sweep_form, NW, SWEEP_FORM, GtkWidget)

/* What varies stays as it is. The first project says how many epochs. */
void nw_sweep_form_set_project(NwSweepForm *form, NwProject *project);
/* @epochs: 0: as the project says */
void nw_sweep_form_set_sweep(NwSweepForm *form, const NwSweep *sweep, guint epochs);
void nw_sweep_form_set_name(NwSweepForm *form, const char *name);
guint nw_sweep_form_get_epochs(NwSweepForm *form);
/* One that fits the project, or NULL, then the form says why. (transfer full) */
NwSweep *nw_sweep_form_dup_sweep(NwSweepForm *form);
