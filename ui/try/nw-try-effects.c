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
  GtkLabel *title, *help;
  GtkWidget *weighing;
  GPtrArray *grids; /* of each input: a NwPixelGrid, or NULL */
  GtkWidget *plot;  /* of all inputs that are no picture, or NULL */
  NwPlotEffects data;
  NwPlotEffect bars[MAX_BARS];
  char *names[MAX_BARS];
};

G_DEFINE_FINAL_TYPE(NwTryEffects, nw_try_effects, GTK_TYPE_WIDGET)

/* Effects are in the units of the answer, but slopes of a probability in those of its log-odds. */
static gboolean
is_share(NwTryEffects *self)
{
  NwTrial *trial = nw_trier_get_trial(self->trier);
  guint chosen = nw_trier_get_chosen(self->trier);

  return nw_trial_get_answer(trial, chosen)->head != NW_HEAD_VALUES &&
         (nw_trier_get_weighing(self->trier) == NW_WEIGHING_OCCLUSION ||
          !nw_trial_asks_odds(trial, chosen));
}

static const char *
get_help(NwTryEffects *self)
{
  NwTrial *trial = nw_trier_get_trial(self->trier);

  if (nw_trier_get_weighing(self->trier) == NW_WEIGHING_OCCLUSION)
    return _("How much the answer falls (orange: rises) when an entry is covered: set to the "
             "mean of the training rows, an id to padding");
  if (nw_trial_asks_odds(trial, nw_trier_get_chosen(self->trier)))
    return _("The slope of the log-odds, before recalibration, times the entry as the network sees "
             "it: speaks for the answer, or against it (orange); 0 counts for nothing");
  return _("The slope of the answer, before recalibration, times the entry as the network sees it: "
           "speaks for the answer, or against it (orange); 0 counts for nothing");
}

static void
show_help(NwTryEffects *self)
{
  const double *effects = nw_trier_get_effects(self->trier);
  guint n = effects != NULL ? nw_trial_get_n_entries(nw_trier_get_trial(self->trier)) : 0;
  gboolean unknown = FALSE;
  g_autofree char *help = NULL;

  for (guint i = 0; i < n; i++)
    unknown |= isnan(effects[i]);
  help =
      g_strconcat(get_help(self),
                  unknown ? _(". Ids that go through another layer before their Embedding have no "
                              "slope: occlusion shows what they do")
                          : "",
                  NULL);
  gtk_label_set_label(self->help, help);
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
        effects[i] != 0 && !isnan(effects[i]))
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
  show_help(self);
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

static void
weighing_cb(NwTryEffects *self)
{
  nw_trier_set_weighing(self->trier,
                        (NwWeighing)gtk_drop_down_get_selected(GTK_DROP_DOWN(self->weighing)));
  show_help(self);
}

static GtkWidget *
create_head(NwTryEffects *self)
{
  const char *const ways[] = {
      [NW_WEIGHING_OCCLUSION] = _("occlusion"), [NW_WEIGHING_SLOPES] = _("gradient × input"), NULL};
  GtkWidget *head = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new(NULL);

  self->title = GTK_LABEL(title);
  gtk_label_set_xalign(self->title, 0);
  gtk_label_set_ellipsize(self->title, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars(self->title, 28);
  gtk_widget_set_hexpand(title, TRUE);
  gtk_widget_add_css_class(title, "nw-title");
  gtk_box_append(GTK_BOX(head), title);
  self->weighing = gtk_drop_down_new_from_strings(ways);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->weighing), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("How what mattered is found"), -1);
  g_signal_connect_swapped(self->weighing, "notify::selected", G_CALLBACK(weighing_cb), self);
  return head;
}

static GtkWidget *
create_help(NwTryEffects *self)
{
  GtkWidget *help = gtk_label_new(NULL);

  self->help = GTK_LABEL(help);
  gtk_label_set_xalign(self->help, 0);
  gtk_label_set_wrap(self->help, TRUE);
  gtk_label_set_max_width_chars(self->help, 40);
  gtk_widget_add_css_class(help, "dim-label");
  gtk_widget_add_css_class(help, "caption");
  return help;
}

GtkWidget *
nw_try_effects_new(NwTrier *trier)
{
  NwTryEffects *self = g_object_new(NW_TYPE_TRY_EFFECTS, NULL);
  NwTrial *trial = nw_trier_get_trial(trier);
  GtkWidget *head = create_head(self);

  self->trier = g_object_ref(trier);
  self->box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_parent(self->box, GTK_WIDGET(self));
  gtk_box_append(GTK_BOX(self->box), head);
  gtk_box_append(GTK_BOX(self->box), create_help(self));
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
  /* Beside a picture there is no room for it in the head: there it stands below, as its tools do.
   */
  gtk_widget_set_halign(self->weighing, GTK_ALIGN_START);
  gtk_box_append(self->plot != NULL ? GTK_BOX(head) : GTK_BOX(self->box), self->weighing);
  nw_try_effects_refresh(self);
  return GTK_WIDGET(self);
}
