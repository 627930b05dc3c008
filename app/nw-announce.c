/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-announce.h"

#include "nw-application.h"

double
nw_announce_get_fraction(NwRun *run)
{
  const NwRunProgress *p = nw_run_get_progress(run);
  double all = (double)p->epochs * p->n_batches;

  if (all <= 0 || p->epoch == 0)
    return 0;
  return CLAMP(((p->epoch - 1.0) * p->n_batches + p->batch) / all, 0, 1);
}

/* The signal that docks listen to; where none does, nothing happens. */
void
nw_announce_progress(GtkWindow *window, double fraction)
{
  GApplication *application = G_APPLICATION(gtk_window_get_application(window));
  GDBusConnection *bus = application ? g_application_get_dbus_connection(application) : NULL;
  GVariantBuilder properties;

  if (!bus)
    return;
  g_variant_builder_init(&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add(&properties, "{sv}", "progress", g_variant_new_double(MAX(fraction, 0)));
  g_variant_builder_add(&properties, "{sv}", "progress-visible",
                        g_variant_new_boolean(fraction >= 0));
  g_dbus_connection_emit_signal(
      bus, NULL, "/io/github/netwright/Netwright", "com.canonical.Unity.LauncherEntry", "Update",
      g_variant_new("(sa{sv})", "application://" NW_APP_ID ".desktop", &properties), NULL);
}

void
nw_announce_end(GtkWindow *window, const char *heading, const char *sentence)
{
  GApplication *application = G_APPLICATION(gtk_window_get_application(window));
  g_autoptr(GNotification) notification = NULL;

  if (!application || gtk_window_is_active(window) || !sentence)
    return;
  notification = g_notification_new(heading);
  g_notification_set_body(notification, sentence);
  g_application_send_notification(application, "training", notification);
}
