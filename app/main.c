/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One program: a helper that parses files from outside, a command line, a studio. */
#include "cli/nw-cli.h"
#include "nw-helper.h"

#ifdef NW_HAS_WINDOW
#include "nw-application.h"
#endif

#include <glib/gi18n.h>
#include <locale.h>

int
main(int argc, char **argv)
{
  int answer;

  if (nw_helper_main(argc, argv, &answer))
    return answer;

  setlocale(LC_ALL, "");
  bindtextdomain(GETTEXT_PACKAGE, NW_LOCALEDIR);
  bind_textdomain_codeset(GETTEXT_PACKAGE, "UTF-8");
  textdomain(GETTEXT_PACKAGE);

  if (nw_cli_wants(argc, argv))
    return nw_cli_main(argc, argv);
#ifdef NW_HAS_WINDOW
  return nw_application_run(argc, argv);
#else
  return nw_cli_main(argc, argv);
#endif
}
