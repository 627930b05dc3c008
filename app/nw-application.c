/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-application.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "nw-actions.h"
#include "nw-recovery.h"
#include "nw-resources.h"
#include "nw-window.h"

struct _NwApplication {
  AdwApplication parent;
};

G_DEFINE_FINAL_TYPE(NwApplication, nw_application, ADW_TYPE_APPLICATION)

static GtkWidget *
present_window(NwApplication *self)
{
  GtkWidget *window = nw_window_new(GTK_APPLICATION(self));

  gtk_window_present(GTK_WINDOW(window));
  return window;
}

static void
nw_application_activate(GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window(GTK_APPLICATION(application));

  if (window) {
    gtk_window_present(window);
    return;
  }
  nw_window_offer_recovery(NW_WINDOW(present_window(NW_APPLICATION(application))));
}

static void
nw_application_open(GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++) {
    GtkWidget *window = present_window(NW_APPLICATION(application));

    nw_window_open_file(NW_WINDOW(window), files[i]);
  }
}

static void
new_window_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  present_window(data);
}

/* Each window asks about its own unsaved changes; the last to go ends the program. */
static void
quit_cb(GSimpleAction *action, GVariant *parameter, gpointer data)
{
  GList *windows = NULL;

  /* A window takes those above it along. */
  for (GList *l = gtk_application_get_windows(GTK_APPLICATION(data)); l; l = l->next)
    windows = g_list_prepend(windows, g_object_ref(l->data));
  for (GList *l = windows; l; l = l->next)
    gtk_window_close(l->data);
  g_list_free_full(windows, g_object_unref);
}

/* What a display without a compositor cannot show, it should not be asked for. */
static void
composited_cb(GdkDisplay *display, GParamSpec *pspec, GtkStyleProvider *plain)
{
  if (gdk_display_is_composited(display))
    gtk_style_context_remove_provider_for_display(display, plain);
  else
    gtk_style_context_add_provider_for_display(display, plain,
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static void
nw_application_startup(GApplication *application)
{
  static const GActionEntry entries[] = {
      {"new-window", new_window_cb},
      {"quit", quit_cb},
  };
  GtkCssProvider *plain;

  G_APPLICATION_CLASS(nw_application_parent_class)->startup(application);
  g_action_map_add_action_entries(G_ACTION_MAP(application), entries, G_N_ELEMENTS(entries),
                                  application);
  nw_actions_install(GTK_APPLICATION(application));
  gtk_window_set_default_icon_name(NW_APP_ID);

  plain = gtk_css_provider_new();
  gtk_css_provider_load_from_resource(plain, NW_RESOURCE_BASE "style-not-composited.css");
  composited_cb(gdk_display_get_default(), NULL, GTK_STYLE_PROVIDER(plain));
  g_object_set_data_full(G_OBJECT(application), "not-composited", plain, g_object_unref);
  g_signal_connect_object(gdk_display_get_default(), "notify::composited",
                          G_CALLBACK(composited_cb), plain, 0);
}

static void
nw_application_class_init(NwApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS(class);

  application_class->activate = nw_application_activate;
  application_class->open = nw_application_open;
  application_class->startup = nw_application_startup;
}

static void
nw_application_init(NwApplication *self)
{
}

int
nw_application_run(int argc, char **argv)
{
  g_autoptr(GApplication) application = NULL;

  if (!gtk_init_check()) {
    fprintf(stderr, "netwright: %s\n",
            _("There is no display to open a window on; “netwright --help” "
              "lists what works without one"));
    return 1;
  }
  g_resources_register(nw_resources_get_resource());
  g_set_application_name("Netwright");
  application = g_object_new(NW_TYPE_APPLICATION, "application-id", NW_APP_ID, "flags",
                             G_APPLICATION_HANDLES_OPEN, NULL);
  return g_application_run(application, argc, argv);
}
