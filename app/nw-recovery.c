/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-recovery.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct _NwRecovery {
  char *copy, *lock;
  int fd; /* of the lock, held locked */
};

static char *
dup_folder(void)
{
  return g_build_filename(g_get_user_state_dir(), "netwright", "recovery", NULL);
}

NwRecovery *
nw_recovery_new(GError **error)
{
  g_autofree char *folder = dup_folder();
  g_autofree char *id = g_uuid_string_random();
  g_autofree char *lock = g_strdup_printf("%s/%s.lock", folder, id);
  NwRecovery *self;
  int fd = -1;

  if (g_mkdir_with_parents(folder, 0700) == 0)
    fd = g_open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("%s cannot be written (%s), so unsaved work would not survive a crash."), folder,
                g_strerror(errno));
    if (fd >= 0)
      close(fd);
    return NULL;
  }
  self = g_new0(NwRecovery, 1);
  self->copy = g_strdup_printf("%s/%s.netwright", folder, id);
  self->lock = g_steal_pointer(&lock);
  self->fd = fd;
  return self;
}

void
nw_recovery_free(NwRecovery *self, gboolean keep)
{
  if (!self)
    return;
  if (!keep) {
    g_unlink(self->copy);
    g_unlink(self->lock);
  }
  close(self->fd);
  g_free(self->copy);
  g_free(self->lock);
  g_free(self);
}

gboolean
nw_recovery_write(NwRecovery *self, const NwProject *project, const char *path,
                  const char *base_dir, GError **error)
{
  g_autoptr(GKeyFile) origin = g_key_file_new();
  g_autofree char *text = NULL;
  gsize length;

  g_key_file_set_string(origin, "origin", "path", path ? path : "");
  g_key_file_set_string(origin, "origin", "folder", base_dir ? base_dir : "");
  text = g_key_file_to_data(origin, &length, NULL);
  /* In place: the lock is on this very file. */
  if (ftruncate(self->fd, 0) != 0 || pwrite(self->fd, text, length, 0) != (gssize)length) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("%s cannot be written: %s."), self->lock,
                g_strerror(errno));
    return FALSE;
  }
  return nw_project_save(project, self->copy, error);
}

void
nw_recovery_clear(NwRecovery *self)
{
  g_unlink(self->copy);
}

static void
recovered_free(NwRecovered *recovered)
{
  g_free(recovered->file);
  g_free(recovered->path);
  g_free(recovered->base_dir);
  g_free(recovered);
}

static char *
dup_key(GKeyFile *origin, const char *key)
{
  char *text = g_key_file_get_string(origin, "origin", key, NULL);

  if (text && !*text)
    g_clear_pointer(&text, g_free);
  return text;
}

/* NULL when the slot is in use or holds nothing. */
static NwRecovered *
read_slot(const char *lock)
{
  g_autofree char *copy = g_strdup_printf("%.*s.netwright", (int)strlen(lock) - 5, lock);
  g_autoptr(GKeyFile) origin = g_key_file_new();
  int fd = g_open(lock, O_RDWR | O_CLOEXEC, 0);
  NwRecovered *recovered;
  struct stat status;

  if (fd < 0)
    return NULL;
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    close(fd);
    return NULL;
  }
  if (stat(copy, &status) != 0) {
    g_unlink(lock);
    close(fd);
    return NULL;
  }
  g_key_file_load_from_file(origin, lock, G_KEY_FILE_NONE, NULL);
  recovered = g_new0(NwRecovered, 1);
  recovered->file = g_steal_pointer(&copy);
  recovered->path = dup_key(origin, "path");
  recovered->base_dir = dup_key(origin, "folder");
  recovered->time = status.st_mtime;
  close(fd);
  return recovered;
}

static int
compare_newest_first(gconstpointer a, gconstpointer b)
{
  const NwRecovered *first = *(NwRecovered *const *)a, *second = *(NwRecovered *const *)b;

  return (first->time < second->time) - (first->time > second->time);
}

GPtrArray *
nw_recovery_list(void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)recovered_free);
  g_autofree char *folder = dup_folder();
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *lock = g_build_filename(folder, name, NULL);
    NwRecovered *recovered = g_str_has_suffix(name, ".lock") ? read_slot(lock) : NULL;

    if (recovered)
      g_ptr_array_add(list, recovered);
  }
  g_ptr_array_sort(list, compare_newest_first);
  return list;
}

void
nw_recovery_discard(const NwRecovered *recovered)
{
  g_autofree char *lock = NULL;

  g_unlink(recovered->file);
  lock = g_strdup_printf("%.*s.lock", (int)(strlen(recovered->file) - strlen(".netwright")),
                         recovered->file);
  g_unlink(lock);
}
