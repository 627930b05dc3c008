/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One finding of the doctor: how bad it is, the sentence, and a button for each remedy.
 *
 * A button activates “design.remedy” (finding, remedy), two indices of the findings that are shown.
 */
#pragma once

#include <gtk/gtk.h>

#include "nw.h"

/* The icon of a severity. */
const char *nw_severity_get_icon(NwSeverity severity);

/* @width: at most so many characters in a line */
GtkWidget *nw_finding_view_new(const NwFindings *findings, guint index, int width);
/* Makes @button the remedy's. */
void nw_finding_set_remedy(GtkWidget *button, guint finding, guint remedy);
