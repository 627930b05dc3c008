/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer.h"

#include <glib/gi18n-lib.h>

#include "nw-error.h"

static const NwTextKind *
nth(gsize i)
{
  return nw_initializer_kinds[i] != NULL ? &nw_initializer_kinds[i]->text : NULL;
}

static const NwTextKinds kinds = {
    nth,
    N_("There is no initialiser “%s”: did you mean %s?"),
    N_("There is no initialiser “%s”: choose one of %s"),
    N_("The initialiser “%s” has no closing bracket: write it like constant(0.1)"),
    N_("The initialiser %s takes no numbers, not “%s”"),
    N_("The initialiser %s takes one number from −1000000 to 1000000, not “%s”"),
    N_("The initialiser %s takes numbers from −1000000 to 1000000, not “%s”"),
};

const NwChoice *
nw_initializer_choices(void)
{
  static NwChoice *choices = NULL;

  if (g_once_init_enter(&choices))
    g_once_init_leave(&choices, nw_text_kind_make_choices(&kinds));
  return choices;
}

gboolean
nw_initializer_check(const char *text, GError **error)
{
  double arguments[NW_TEXT_KIND_MAX_ARGUMENTS];

  g_return_val_if_fail(text != NULL, FALSE);

  return nw_text_kind_parse(&kinds, text, arguments, NULL, error) >= 0;
}

gboolean
nw_initializer_check_shape(const char *text, const NwShape *shape, GError **error)
{
  double arguments[NW_TEXT_KIND_MAX_ARGUMENTS];
  int kind = nw_text_kind_parse(&kinds, text, arguments, NULL, error);

  if (kind < 0 || !nw_initializer_kinds[kind]->matrix || shape->rank == 2)
    return kind >= 0;
  g_autofree char *given = nw_shape_to_text(shape);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("The initialiser %s makes matrices, not a weight of %s; choose another one"),
              nw_initializer_kinds[kind]->text.id, given);
  return FALSE;
}

void
nw_initializer_fill(const char *text, const NwRng *rng, const NwShape *shape, NwReal *w)
{
  double arguments[NW_TEXT_KIND_MAX_ARGUMENTS];
  int kind = nw_text_kind_parse(&kinds, text, arguments, NULL, NULL);

  g_return_if_fail(kind >= 0);
  nw_initializer_kinds[kind]->fill(rng, shape, arguments, w);
}

void
nw_initializer_fans(const NwShape *shape, double *fan_in, double *fan_out)
{
  double receptive = 1;

  for (int i = 0; i < shape->rank - 2; i++)
    receptive *= (double)shape->dim[i];
  *fan_out = shape->rank > 0 ? receptive * (double)shape->dim[shape->rank - 1] : 1;
  *fan_in = shape->rank > 1 ? receptive * (double)shape->dim[shape->rank - 2] : *fan_out;
}
