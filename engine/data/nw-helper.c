/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-helper.h"
#include "nw-archive.h"
#include "nw-error.h"
#include "nw-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a helper may use. */
#define MAX_MEMORY  ((rlim_t)1 << 30)  /* bytes */
#define MAX_OUTPUT  ((rlim_t)16 << 30) /* bytes */
#define MAX_SECONDS 300                /* of processor time */

/* Set in helpers. A program that forgets nw_helper_main() would start itself without end. */
#define CHILD_MARK "NETWRIGHT_HELPER"

static const struct {
  const char *name;
  NwHelperTask run;
} tasks[] = {
    {"--read-archive", nw_archive_unpack},
};

/* In the helper */

static void
limit(int what, rlim_t to)
{
  struct rlimit now;

  if (getrlimit(what, &now) != 0)
    return;
  now.rlim_cur = MIN(to, now.rlim_max);
  now.rlim_max = now.rlim_cur;
  setrlimit(what, &now);
}

static void
limit_all(void)
{
  signal(SIGXFSZ, SIG_IGN); /* the write fails instead, and that can be told */
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, MAX_SECONDS);
  limit(RLIMIT_FSIZE, MAX_OUTPUT);
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1 /* their shadow memory is larger than any limit */
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
  limit(RLIMIT_AS, MAX_MEMORY);
#endif
}

gboolean
nw_helper_main(int argc, char **argv, int *exit_code)
{
  for (gsize i = 0; argc >= 3 && i < G_N_ELEMENTS(tasks); i++) {
    g_autoptr(GError) error = NULL;

    if (!g_str_equal(argv[1], tasks[i].name))
      continue;
    limit_all();
    *exit_code = 0;
    if (!tasks[i].run(argv[2], &error)) {
      *exit_code = 1;
      if (write(STDERR_FILENO, error->message, strlen(error->message)) < 0)
        *exit_code = 2;
    }
    return TRUE;
  }
  return FALSE;
}

/* In the program */

G_GNUC_PRINTF(4, 5)
static void
fail(const char *path, NwError code, GError **error, const char *format, ...)
{
  g_autofree char *shown = g_filename_display_basename(path), *what = NULL;
  va_list arguments;

  va_start(arguments, format);
  what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, NW_ERROR, (int)code, "“%s”: %s", shown, what);
}

static int
open_nameless_in(const char *folder)
{
  g_autofree char *name = g_build_filename(folder, "netwright-XXXXXX", NULL);
  int fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    g_unlink(name);
  return fd;
}

/* A file without a name: it goes away with its last descriptor. The cache folder is on a disk, the
 * folder for temporary files may be in memory. */
static int
open_nameless(void)
{
  g_autofree char *folder = g_build_filename(g_get_user_cache_dir(), "netwright", NULL);
  int fd = -1;

  if (g_mkdir_with_parents(folder, 0700) == 0)
    fd = open_nameless_in(folder);
  return fd >= 0 ? fd : open_nameless_in(g_get_tmp_dir());
}

/* Everything until the other end is closed; keeps what fits into @text. */
static void
read_sentence(int fd, char *text, gsize size)
{
  char chunk[512];
  gsize length = 0;
  gssize n;

  while ((n = read(fd, chunk, sizeof chunk)) != 0) {
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      break;
    gsize kept = MIN((gsize)n, size - 1 - length);
    memcpy(text + length, chunk, kept);
    length += kept;
  }
  text[length] = '\0';
}

/* Starts this program as a helper; 0 or an errno. */
static int
start(const char *task, const char *argument, int in, int out, int err, pid_t *pid)
{
  g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), CHILD_MARK, "1", TRUE);
  posix_spawn_file_actions_t actions;
  char *arguments[] = {g_strdup("netwright"), g_strdup(task), g_strdup(argument), NULL};
  int fault;

  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
  fault = posix_spawn(pid, "/proc/self/exe", &actions, NULL, arguments, environment);
  posix_spawn_file_actions_destroy(&actions);
  for (gsize i = 0; i < 3; i++)
    g_free(arguments[i]);
  return fault;
}

/* Waits for the helper; FALSE with a sentence when it did not end well. */
static gboolean
finish(const char *path, pid_t pid, int err, GError **error)
{
  char said[1024];
  int status = 0;

  read_sentence(err, said, sizeof said);
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR)
      break;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return TRUE;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 1 && said[0] != '\0') {
    g_autofree char *valid = g_utf8_make_valid(said, -1);
    fail(path, NW_ERROR_FORMAT, error, "%s", valid);
  } else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
    fail(path, NW_ERROR_LIMIT, error, _("reading it takes too long; it may be made to do harm"));
  } else {
    fail(path, NW_ERROR_FORMAT, error, _("it is damaged so badly that its reader crashed"));
  }
  return FALSE;
}

static gboolean
run(const char *task, const char *argument, const char *path, int in, int out, GError **error)
{
  int said[2], fault;
  pid_t pid;
  gboolean done = FALSE;

  if (!g_unix_open_pipe(said, FD_CLOEXEC, NULL)) {
    fail(path, NW_ERROR_INPUT, error, _("its reader cannot be started: %s"), g_strerror(errno));
    return FALSE;
  }
  fault = start(task, argument, in, out, said[1], &pid);
  close(said[1]);
  if (fault != 0)
    fail(path, NW_ERROR_INPUT, error, _("its reader cannot be started: %s"), g_strerror(fault));
  else
    done = finish(path, pid, said[0], error);
  close(said[0]);
  return done;
}

GMappedFile *
nw_helper_run(const char *task, const char *argument, const char *path, GError **error)
{
  GMappedFile *mapped = NULL;
  gsize length;
  int in, out;

  if (g_getenv(CHILD_MARK) != NULL) {
    fail(path, NW_ERROR_INPUT, error, _("its reader cannot be started from a reader"));
    return NULL;
  }
  in = nw_file_open(path, &length, error);
  if (in < 0)
    return NULL;
  out = open_nameless();
  if (out < 0)
    fail(path, NW_ERROR_INPUT, error, _("there is no room for temporary files: %s"),
         g_strerror(errno));
  else if (run(task, argument, path, in, out, error))
    mapped = g_mapped_file_new_from_fd(out, FALSE, error);
  if (out >= 0)
    close(out);
  close(in);
  return mapped;
}
