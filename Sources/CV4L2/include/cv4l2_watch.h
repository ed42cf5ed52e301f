// inotify(7), for folders in which device nodes come and go. Every function makes one system call and returns 0
// or more on success, -errno on failure.
#pragma once

/// inotify_init1(2) with IN_CLOEXEC | IN_NONBLOCK. Returns the descriptor, whose events have the form of
/// struct inotify_event.
int cv4l2_watch_open(void);

/// Tells of entries of a folder that come, go, or change their permissions. Returns the watch's number, the same
/// one for a folder that is watched already.
int cv4l2_watch_folder(int descriptor, const char *path);

/// Tells when somebody closes a file. Returns the watch's number.
int cv4l2_watch_closing(int descriptor, const char *path);

int cv4l2_watch_remove(int descriptor, int watch);
