#define _GNU_SOURCE
#include "cv4l2_watch.h"

#include <errno.h>
#include <sys/inotify.h>

int cv4l2_watch_open(void)
{
    int descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

int cv4l2_watch_folder(int descriptor, const char *path)
{
    int watch = inotify_add_watch(descriptor, path, IN_CREATE | IN_DELETE | IN_ATTRIB | IN_MOVED_TO | IN_ONLYDIR);
    return watch < 0 ? -errno : watch;
}

int cv4l2_watch_closing(int descriptor, const char *path)
{
    int watch = inotify_add_watch(descriptor, path, IN_CLOSE);
    return watch < 0 ? -errno : watch;
}

int cv4l2_watch_remove(int descriptor, int watch)
{
    return inotify_rm_watch(descriptor, watch) < 0 ? -errno : 0;
}
