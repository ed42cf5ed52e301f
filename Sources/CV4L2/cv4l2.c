#define _GNU_SOURCE
#include "cv4l2.h"

#include <errno.h>
#include <stddef.h>
#include <sys/eventfd.h>

int cv4l2_eventfd(void)
{
    int descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return descriptor < 0 ? -errno : descriptor;
}

int cv4l2_poll(struct pollfd *descriptors, unsigned count, int64_t timeout_nanoseconds)
{
    const struct timespec timeout = {
        .tv_sec = timeout_nanoseconds / 1000000000,
        .tv_nsec = timeout_nanoseconds % 1000000000,
    };
    int ready = ppoll(descriptors, count, timeout_nanoseconds < 0 ? NULL : &timeout, NULL);
    return ready < 0 ? -errno : ready;
}
