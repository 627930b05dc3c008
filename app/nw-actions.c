/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-actions.h"

#include <glib/gi18n.h>

#define PROJECT N_("Project")
#define EDIT    N_("Edit")
#define DRAW    N_("Network")
#define VIEW    N_("View of the network")
#define PAGES   N_("Pages")
#define TRAIN   N_("Training")
#define GENERAL N_("General")

const NwActionInfo nw_actions[] = {
    {"win.new", N_("New project"), "<Control>n", NULL, PROJECT},
    {"win.open", N_("Open a project…"), "<Control>o", NULL, PROJECT},
    {"win.save", N_("Save"), "<Control>s", NULL, PROJECT},
    {"win.save-as", N_("Save as…"), "<Control><Shift>s", NULL, PROJECT},
    {"win.welcome", N_("Welcome and examples"), NULL, NULL, PROJECT},
    {"win.add-data", N_("Add a data file…"), "<Control><Shift>o", NULL, PROJECT},
    {"win.open-predictions", N_("Judge predictions of another program…"), NULL, NULL, PROJECT},
    {"app.new-window", N_("New window"), "<Control><Shift>n", NULL, PROJECT},
    {"window.close", N_("Close the window"), "<Control>w", NULL, PROJECT},

    {"win.undo", N_("Undo"), "<Control>z", NULL, EDIT},
    {"win.redo", N_("Redo"), "<Control><Shift>z", "<Control>y", EDIT},

    {"canvas.add", N_("Add a layer…"), "Tab", NULL, DRAW},
    {"canvas.connect", N_("Connect the selected node to…"), "<Control>k", NULL, DRAW},
    {"canvas.replace", N_("Replace the selected layer with…"), "<Control>r", NULL, DRAW},
    {"canvas.rename", N_("Rename the selected layer"), "F2", NULL, DRAW},
    {"canvas.copy", N_("Copy nodes"), "<Control>c", NULL, DRAW},
    {"canvas.cut", N_("Cut nodes"), "<Control>x", NULL, DRAW},
    {"canvas.paste", N_("Paste nodes"), "<Control>v", NULL, DRAW},
    {"canvas.duplicate", N_("Duplicate nodes"), "<Control>d", NULL, DRAW},
    {"canvas.duplicate-wired", N_("Duplicate nodes with their incoming wires"), "<Control><Shift>d",
     NULL, DRAW},
    {"canvas.call-again", N_("Call the selected layer again, sharing its weights"), "<Control>j", NULL,
     DRAW},
    {"canvas.group", N_("Group nodes into a block"), "<Control>g", NULL, DRAW},
    {"canvas.ungroup", N_("Ungroup a block"), "<Control><Shift>g", NULL, DRAW},
    {"canvas.delete", N_("Delete nodes or the wire"), "Delete", NULL, DRAW},
    {"canvas.delete-reconnect", N_("Delete nodes and reconnect what they joined"),
     "<Control>Delete", NULL, DRAW},
    {"canvas.select-all", N_("Select all nodes"), "<Control>a", NULL, DRAW},
    {"canvas.arrange", N_("Arrange the network from left to right"), "<Control>l", NULL, DRAW},
    {"canvas.fit", N_("Show the whole network"), "<Control>1", NULL, VIEW},
    {"canvas.zoom-original", N_("Zoom to 100 %"), "<Control>0", NULL, VIEW},
    {"canvas.zoom-in", N_("Zoom in"), "<Control>plus", NULL, VIEW},
    {"canvas.zoom-out", N_("Zoom out"), "<Control>minus", NULL, VIEW},

    {"win.page::design", N_("Design: draw the network"), "<Alt>1", NULL, PAGES},
    {"win.page::data", N_("Data: sources, columns, split"), "<Alt>2", NULL, PAGES},
    {"win.page::train", N_("Train: curves and runs"), "<Alt>3", NULL, PAGES},
    {"win.page::trust", N_("Trust: are the probabilities right?"), "<Alt>4", NULL, PAGES},
    {"win.page::export", N_("Export: weights, predictions, plots"), "<Alt>5", NULL, PAGES},
    {"win.try", N_("Try an input on the trained network"), "<Control><Shift>t", NULL, PAGES},
    {"win.worst", N_("Show the worst-calibrated output"), "<Control><Shift>w", NULL, PAGES},

    {"win.train", N_("Train"), "F5", NULL, TRAIN},
    {"win.queue", N_("Train the project after what is being trained"), "<Control>F5", NULL, TRAIN},
    {"win.pause", N_("Pause or continue training"), "F6", NULL, TRAIN},
    {"win.step", N_("Train one batch"), "F7", NULL, TRAIN},
    {"win.step-epoch", N_("Train to the end of the epoch"), "<Shift>F7", NULL, TRAIN},
    {"win.stop", N_("Stop training"), "<Shift>F5", NULL, TRAIN},
    {"win.find-rate", N_("Find a learning rate…"), "F9", NULL, TRAIN},
    {"win.sweep", N_("Try several settings: a sweep…"), "<Shift>F9", NULL, TRAIN},
    {"win.extend", N_("Train for more epochs"), "F8", NULL, TRAIN},
    {"win.revert", N_("Go on from the weights of the best epoch"), "<Shift>F8", NULL, TRAIN},

    {"win.commands", N_("Find a command"), "<Control><Shift>p", NULL, GENERAL},
    {"win.shortcuts", N_("Keyboard shortcuts"), "<Control>question", "F1", GENERAL},
    {"win.appearance::system", N_("Light or dark as the system says"), NULL, NULL, GENERAL},
    {"win.appearance::light", N_("Light appearance"), NULL, NULL, GENERAL},
    {"win.appearance::dark", N_("Dark appearance"), NULL, NULL, GENERAL},
    {"win.about", N_("About Netwright"), NULL, NULL, GENERAL},
    {"app.quit", N_("Quit"), "<Control>q", NULL, GENERAL},
};
const gsize nw_n_actions = G_N_ELEMENTS(nw_actions);

void
nw_actions_install(GtkApplication *application)
{
  for (gsize i = 0; i < nw_n_actions; i++) {
    const char *accels[] = {nw_actions[i].accel, nw_actions[i].accel_2, NULL};

    if (accels[0] && !g_str_has_prefix(nw_actions[i].name, "canvas."))
      gtk_application_set_accels_for_action(application, nw_actions[i].name, accels);
  }
}

/* GtkShortcutsWindow can only be filled by GtkBuilder before GTK 4.14, so the table becomes markup.
 */
GtkWidget *
nw_actions_create_shortcuts_window(void)
{
  g_autoptr(GString) xml = g_string_new("<interface><object class='GtkShortcutsWindow' id='window'>"
                                        "<child><object class='GtkShortcutsSection'>"
                                        "<property name='max-height'>17</property>");
  g_autoptr(GtkBuilder) builder = NULL;
  const char *section = NULL;

  for (gsize i = 0; i < nw_n_actions; i++) {
    const NwActionInfo *action = &nw_actions[i];
    g_autofree char *markup = NULL;

    if (!action->accel)
      continue;
    if (g_strcmp0(section, action->section) != 0) {
      g_autofree char *title = g_markup_escape_text(_(action->section), -1);

      if (section)
        g_string_append(xml, "</object></child>");
      section = action->section;
      g_string_append_printf(
          xml, "<child><object class='GtkShortcutsGroup'><property name='title'>%s</property>",
          title);
    }
    markup = g_markup_printf_escaped("<child><object class='GtkShortcutsShortcut'>"
                                     "<property name='title'>%s</property>"
                                     "<property name='accelerator'>%s%s%s</property>"
                                     "</object></child>",
                                     _(action->title), action->accel, action->accel_2 ? " " : "",
                                     action->accel_2 ? action->accel_2 : "");
    g_string_append(xml, markup);
  }
  g_string_append(xml, "</object></child></object></child></object></interface>");

  builder = gtk_builder_new_from_string(xml->str, (gssize)xml->len);
  return GTK_WIDGET(g_object_ref(gtk_builder_get_object(builder, "window")));
}
