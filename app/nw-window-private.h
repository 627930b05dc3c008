/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Shared by the files that make up the window. */
#pragma once

#include "nw-banner.h"
#include "nw-checkup.h"
#include "nw-data-page.h"
#include "nw-design-page.h"
#include "nw-document.h"
#include "nw-export-page.h"
#include "nw-session.h"
#include "nw-sweep-window.h"
#include "nw-train-page.h"
#include "nw-trust-page.h"
#include "nw-welcome.h"
#include "nw-window.h"

struct _NwWindow {
  AdwApplicationWindow parent;

  NwDocument *document;
  NwSession *session;
  NwCheckup *checkup;
  NwRun *followed;    /* (nullable) whose progress is in the title */
  int percent;        /* of it, or of the sweep, as in the title; −1: none */
  NwSweepWindow *sweep_window; /* (nullable) weak: it closes itself */
  gboolean may_close; /* the question about unsaved changes has been answered */

  AdwToastOverlay *toasts;
  NwBanner *banner;
  GtkStack *titles;  /* "welcome" or "pages", in the header bar */
  GtkStack *screens; /* the same, below */
  AdwViewStack *pages;
  NwWelcome *welcome;
  NwDesignPage *design_page;
  NwDataPage *data_page;
  NwTrainPage *train_page;
  NwTrustPage *trust_page;
  NwExportPage *export_page;
  GMenu *recent_menu;
  GtkWidget *undo_button;
  GtkWidget *redo_button;
  GtkMenuButton *menu_button;
  GtkWidget *train_box;
  GtkWidget *train_button;
  GtkWidget *pause_button;
  GtkWidget *stop_button;
  AdwButtonContent *pause_content;
};

/* "design", "data", "train", "trust", "export". Leaves the welcome screen. */
void nw_window_show_page(NwWindow *window, const char *page);
void nw_window_show_welcome(NwWindow *window);
void nw_window_set_enabled(NwWindow *window, const char *action, gboolean enabled);
/* For a moment, at the bottom. */
void nw_window_show_message(NwWindow *window, const char *sentence);
void nw_window_update_title(NwWindow *window);

/* nw-window-train.c: another document has other sweeps. */
void nw_window_close_sweep(NwWindow *window);
/* Once there is a session; whenever it has changed; before it goes. */
void nw_window_install_training(NwWindow *window);
void nw_window_update_training(NwWindow *window);
void nw_window_forget_training(NwWindow *window);

/* nw-window-files.c: new, open, save, recent, recovery, and the question before something is lost.
 */
void nw_window_install_file_actions(NwWindow *window);
void nw_window_update_recent(NwWindow *window);
/* TRUE: the window may close now; FALSE: it asks, and closes itself when the answer allows it. */
gboolean nw_window_query_close(NwWindow *window);
