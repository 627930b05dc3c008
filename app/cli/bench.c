/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"
#include "nw-workload.h"

#include "nw-blas.h"
#include "nw-cpu.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* Of which the median counts. */
#define ROUNDS 5

/* “s1-32-adam”, and all whose name begins with “s1” before a hyphen. */
static gboolean
matches(const char *name, const char *wanted)
{
  gsize n = strlen(wanted);

  return strncmp(name, wanted, n) == 0 && (name[n] == '\0' || name[n] == '-');
}

/* The rows that the operands name; all when there are none. (transfer container) */
static GPtrArray *
choose(const NwArgs *args, GError **error)
{
  g_autoptr(GPtrArray) chosen = g_ptr_array_new();

  for (guint i = 0; i == 0 || nw_args_get_operand(args, i) != NULL; i++) {
    const char *wanted = nw_args_get_operand(args, i);
    guint before = chosen->len;

    for (const NwWorkload *row = nw_workloads; row->network != NULL; row++) {
      g_autofree char *name = nw_workload_dup_name(row);
      if (wanted == NULL || matches(name, wanted))
        g_ptr_array_add(chosen, (gpointer)row);
    }
    if (chosen->len == before) {
      g_set_error(error, NW_USAGE, 0,
                  _("There is no scenario “%s”; “netwright bench --list” names them"), wanted);
      return NULL;
    }
  }
  return g_steal_pointer(&chosen);
}

static void
print_list(const GPtrArray *chosen)
{
  for (guint i = 0; i < chosen->len; i++) {
    g_autofree char *name = nw_workload_dup_name(g_ptr_array_index(chosen, i));
    printf("%s\n", name);
  }
}

/* For tests/bench/run.py: one step, a line that says what is done, and then as many steps as each
 * line of standard input asks for, answered by how many seconds they took. */
static gboolean
follow(const NwWorkload *workload, int threads, GError **error)
{
  g_autoptr(NwBench) bench = nw_bench_new(workload, threads, error);
  char line[64];
  JsonObject *about;

  if (bench == NULL)
    return FALSE;
  nw_bench_run(bench, 1);
  about = nw_bench_to_json(bench);
  json_object_set_string_member(about, "version", "Netwright " NW_VERSION);
  json_object_set_string_member(about, "blas", nw_blas_describe());
  json_object_set_string_member(about, "kernels", nw_cpu_name(nw_cpu_get()));
  nw_cli_print_json(about, FALSE);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    printf("%.9f\n", nw_bench_run(bench, (guint)g_ascii_strtoull(line, NULL, 10)));
    fflush(stdout);
  }
  return TRUE;
}

static gboolean
measure(const GPtrArray *chosen, int threads, gboolean json, GError **error)
{
  NwLimits limits = nw_bench_limits(threads);
  JsonObject *root = json_object_new(), *machine = json_object_new();
  JsonArray *rows = json_array_new();
  gboolean ok = TRUE;

  if (!json)
    printf(_("At most %.0f GFLOP/s in a product of matrices, %.1f GB/s from memory\n\n"),
           limits.product / 1e9, limits.bandwidth / 1e9);
  for (guint i = 0; i < chosen->len && ok; i++) {
    const NwWorkload *workload = g_ptr_array_index(chosen, i);
    g_autofree char *name = nw_workload_dup_name(workload);
    g_autoptr(NwBench) bench = nw_bench_new(workload, threads, error);
    double seconds, speed;
    JsonObject *row;

    ok = bench != NULL;
    if (!ok)
      break;
    seconds = nw_bench_time(bench, ROUNDS);
    speed = nw_bench_get_operations(bench) / seconds;
    if (!json) {
      printf(_("%-20s %10.4f ms per step %12.0f samples/s %8.1f GFLOP/s\n"), name, seconds * 1e3,
             (double)workload->batch / seconds, speed / 1e9);
      fflush(stdout);
    }
    row = nw_bench_to_json(bench);
    json_object_set_string_member(row, "name", name);
    json_object_set_double_member(row, "seconds_per_step", seconds);
    json_array_add_object_element(rows, row);
  }
  json_object_set_double_member(machine, "product_flops", limits.product);
  json_object_set_double_member(machine, "memory_bytes_per_second", limits.bandwidth);
  json_object_set_string_member(machine, "blas", nw_blas_describe());
  json_object_set_string_member(machine, "kernels", nw_cpu_name(nw_cpu_get()));
  json_object_set_object_member(root, "machine", machine);
  json_object_set_int_member(root, "threads", threads);
  json_object_set_array_member(root, "scenarios", rows);
  if (ok && json)
    nw_cli_print_json(root, TRUE);
  else
    json_object_unref(root);
  return ok;
}

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autoptr(GPtrArray) chosen = choose(args, error);
  gint64 threads = 0;
  gboolean ok = TRUE;

  if (chosen == NULL)
    return NW_EXIT_USAGE;
  nw_args_get_int(args, "threads", &threads);
  threads = threads == 0 ? (gint64)g_get_num_processors() : threads;
  if (nw_args_get_flag(args, "list"))
    print_list(chosen);
  else if (nw_args_get_flag(args, "follow"))
    ok = follow(g_ptr_array_index(chosen, 0), (int)threads, error);
  else
    ok = measure(chosen, (int)threads, nw_args_get_flag(args, "json"), error);
  return ok ? NW_EXIT_DONE : NW_EXIT_INPUT;
}

static const NwOption options[] = {
    NW_OPTION_JSON,
    NW_OPTION_THREADS,
    {"list", 0, NW_OPTION_FLAG, NULL, N_("Name the scenarios and measure nothing")},
    {"follow", 0, NW_OPTION_FLAG, NULL,
     N_("Do as many steps as each line of the standard input says, and answer the seconds")},
    {NULL},
};

const NwCommand nw_command_bench = {
    .name = "bench",
    .summary = N_("Measures how fast networks train and predict here"),
    .operands = "[SCENARIO]…",
    .min_operands = 0,
    .max_operands = 64,
    .options = options,
    .details =
        N_("Without a scenario, all of them; “s1” stands for all that begin so. The data are "
           "random and in memory. Nothing else should run meanwhile."),
    .run = run,
};
