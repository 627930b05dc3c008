/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The list from which curves are chosen: headings that fold, and a search; thousands of entries. */
#pragma once

#include <gtk/gtk.h>

#include "nw-curves-choice.h"

#define NW_TYPE_CURVES_PICKER (nw_curves_picker_get_type())
G_DECLARE_FINAL_TYPE(NwCurvesPicker, nw_curves_picker, NW, CURVES_PICKER, GtkWidget)

/* @choices: (nullable): NwCurvesChoice. What was chosen stays so where there is one of that title,
 * else it is the first. “chosen” is not emitted. */
void nw_curves_picker_set(NwCurvesPicker *picker, GPtrArray *choices);
/* (nullable) */
const NwCurvesChoice *nw_curves_picker_get(NwCurvesPicker *picker);
/* Emits “chosen”, as pressing it does. */
void nw_curves_picker_choose(NwCurvesPicker *picker, guint index);
