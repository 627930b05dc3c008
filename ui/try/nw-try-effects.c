/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-try-effects.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nw-answer-list.h"
#include "nw-pixel-grid.h"
#include "nw-plot-effects.h"
#include "nw-plot-view.h"
#include "nw-try-input.h"

#define MAX_BARS   16
#define BAR_HEIGHT 22
#define PLOT_FRAME 24

struct _NwTryEffects {
  GtkWidget parent;

  NwTrier *trier;
  GtkWidget *box;
  GtkLabel *title;
  GPtrArray *grids; /* of each input: a NwPixelGrid, or NULL */
  GtkWidget *plot;  /* of all inputs that are no picture, or NULL */
  NwPlotEffects data;
  NwPlotEffect bars[MAX_BARS];
  char *names[MAX_BARS];
};

G_DEFINE_FINAL_TYPE(NwTryEffects, nw_try_effects, GTK_TYPE_WIDGET)

static gboolean
is_share(NwTryEffects *self)
{
  NwTrial *trial = nw_trier_get_trial(self->trier);

  return nw_trial_get_answer(trial, nw_trier_get_chosen(self->trier))->head != NW_HEAD_VALUES;
}

/* ── pictures ────────────────────────────────────────────────────────────────────────────────── */

static char *
describe_points(NwTryEffects *self, const float *effects, const NwTrialPicture *picture)
{
  guint most = 0, least = 0;
  g_autofree char *up = NULL, *down = NULL;

  for (guint i = 0; i < picture->height * picture->width; i++) {
    if (effects[i] > effects[most])
      most = i;
    if (effects[i] < effects[least])
      least = i;
  }
  up = nw_plot_effects_format((double)effects[most], is_share(self));
  down = nw_plot_effects_format((double)effects[least], is_share(self));
  return g_strdup_printf(
      _("Effects of the points, from %s in row %u, column %u to %s in row %u, column %u"), up,
      most / picture->width + 1, most % picture->width + 1, down, least / picture->width + 1,
      least % picture->width + 1);
}

static void
show_grid(NwTryEffects *self, guint input)
{
  NwTrial *trial = nw_trier_get_trial(self->trier);
  NwPixelGrid *grid = g_ptr_array_index(self->grids, input);
  const double *effects = nw_trier_get_effects(self->trier);
  guint first = nw_trial_get_input(trial, input)->first_entry;
  g_autofree float *levels = nw_try_input_dup_levels(trial, input), *points = NULL;
  g_autofree char *words = NULL;
  NwTrialPicture picture;

  if (effects == NULL) /* the old picture stays until the new one is there */
    return;
  nw_trial_get_picture(trial, input, &picture);
  points = g_new(float, picture.height *picture.width + 1);
  for (guint i = 0; i < picture.height * picture.width; i++)
    points[i] = (float)effects[first + i * picture.depth];
  words = describe_points(self, points, &picture);
  nw_pixel_grid_set_levels(grid, levels);
  nw_pixel_grid_set_effects(grid, points, words);
}

/* ── bars ────────────────────────────────────────────────────────────────────────────────────── */

/* “word 4 · 17”, “petal_length = 1.4” */
static char *
dup_entry_words(NwTrial *trial, guint entry)
{
  g_autofree char *name = nw_trial_dup_entry_name(trial, entry);
  g_autofree char *text = nw_trial_dup_text(trial, entry);

  return g_strdup_printf("%s = %s", name, text);
}

static int
compare_largest_first(gconstpointer a, gconstpointer b, gpointer data)
{
  const double *effects = data;
  guint first = *(const guint *)a, second = *(const guint *)b;
  double x = fabs(effects[first]), y = fabs(effects[second]);

  if (x != y)
    return x < y ? 1 : -1;
  return (first > second) - (first < second);
}

static void
show_bars(NwTryEffects *self)
{
  NwTrial *trial = nw_trier_get_trial(self->trier);
  const double *effects = nw_trier_get_effects(self->trier);
  g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));

  if (effects == NULL)
    return;
  for (guint i = 0; i < nw_trial_get_n_entries(trial); i++)
    if (g_ptr_array_index(self->grids, nw_trial_get_entry(trial, i)->input) == NULL &&
        effects[i] != 0)
      g_array_append_val(order, i);
  g_array_sort_with_data(order, compare_largest_first, (gpointer)effects);
  self->data.n_effects = MIN(order->len, MAX_BARS);
  for (guint i = 0; i < self->data.n_effects; i++) {
    guint entry = g_array_index(order, guint, i);
    g_free(self->names[i]);
    self->names[i] = dup_entry_words(trial, entry);
    self->bars[i] = (NwPlotEffect){self->names[i], effects[entry]};
  }
  self->data.effects = self->bars;
  self->data.shares = is_share(self);
  self->data.empty = _("No entry makes a difference to this answer");
  nw_plot_view_set(NW_PLOT_VIEW(self->plot), &nw_plot_effects_kind, &self->data, NULL);
  gtk_widget_set_size_request(self->plot, -1,
                              PLOT_FRAME + BAR_HEIGHT * (int)MAX(self->data.n_effects, 3));
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

void
nw_try_effects_refresh(NwTryEffects *self)
{
  NwTrial *trial = nw_trier_get_trial(self->trier);
  g_autofree char *name =
      nw_answer_dup_name(nw_trial_get_answer(trial, nw_trier_get_chosen(self->trier)));
  g_autofree char *title = g_strdup_printf(_("What mattered for “%s”"), name);

  gtk_label_set_label(self->title, title);
  for (guint i = 0; i < self->grids->len; i++)
    if (g_ptr_array_index(self->grids, i) != NULL)
      show_grid(self, i);
  if (self->plot != NULL)
    show_bars(self);
}

static void
nw_try_effects_dispose(GObject *object)
{
  NwTryEffects *self = NW_TRY_EFFECTS(object);

  if (self->plot != NULL)
    nw_plot_view_set(NW_PLOT_VIEW(self->plot), NULL, NULL, NULL);
  self->plot = NULL;
  g_clear_pointer(&self->box, gtk_widget_unparent);
  g_clear_object(&self->trier);
  G_OBJECT_CLASS(nw_try_effects_parent_class)->dispose(object);
}

static void
nw_try_effects_finalize(GObject *object)
{
  NwTryEffects *self = NW_TRY_EFFECTS(object);

  g_ptr_array_unref(self->grids);
  for (guint i = 0; i < MAX_BARS; i++)
    g_free(self->names[i]);
  G_OBJECT_CLASS(nw_try_effects_parent_class)->finalize(object);
}

static void
nw_try_effects_class_init(NwTryEffectsClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_try_effects_dispose;
  G_OBJECT_CLASS(class)->finalize = nw_try_effects_finalize;
  gtk_widget_class_set_layout_manager_type(GTK_WIDGET_CLASS(class), GTK_TYPE_BIN_LAYOUT);
}

static void
nw_try_effects_init(NwTryEffects *self)
{
  self->grids = g_ptr_array_new();
}

static GtkWidget *
add_text(NwTryEffects *self, const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new(text);

  gtk_label_set_xalign(GTK_LABEL(label), 0);
  gtk_label_set_wrap(GTK_LABEL(label), TRUE);
  gtk_widget_add_css_class(label, style);
  gtk_box_append(GTK_BOX(self->box), label);
  return label;
}

GtkWidget *
nw_try_effects_new(NwTrier *trier)
{
  NwTryEffects *self = g_object_new(NW_TYPE_TRY_EFFECTS, NULL);
  NwTrial *trial = nw_trier_get_trial(trier);
  GtkWidget *help;

  self->trier = g_object_ref(trier);
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  self->title = GTK_LABEL(add_text(self, "", "nw-title"));
  help =
      add_text(self,
               _("How much the answer falls (orange: rises) when an entry is covered: set to the "
                 "mean of the training rows, an id to padding"),
               "dim-label");
  gtk_widget_add_css_class(help, "caption");
  for (guint i = 0; i < nw_trial_get_n_inputs(trial); i++) {
    const NwTrialInput *input = nw_trial_get_input(trial, i);
    NwTrialPicture picture;
    GtkWidget *grid = NULL;

    if (nw_trial_get_picture(trial, i, &picture)) {
      grid = nw_pixel_grid_new(picture.height, picture.width, picture.depth, FALSE, input->name);
      gtk_box_append(GTK_BOX(self->box), grid);
    } else if (self->plot == NULL) {
      self->plot = nw_plot_view_new();
      gtk_widget_set_hexpand(self->plot, TRUE);
    }
    g_ptr_array_add(self->grids, grid);
  }
  if (self->plot != NULL)
    gtk_box_append(GTK_BOX(self->box), self->plot);
  nw_try_effects_refresh(self);
  return GTK_WIDGET(self);
}
