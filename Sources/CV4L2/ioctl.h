// What the sources of this shim share.
#pragma once

#include "cv4l2_device.h"

#include <errno.h>
#include <libv4l2.h>
#include <linux/videodev2.h>
#include <string.h>
#include <sys/ioctl.h>

/// ioctl(2), or its counterpart in libv4l2. Returns 0 or -errno.
static inline int cv4l2_ioctl(struct cv4l2_device device, unsigned long request, void *argument)
{
    int status = device.converts ? v4l2_ioctl(device.descriptor, request, argument)
                                 : ioctl(device.descriptor, request, argument);
    return status < 0 ? -errno : 0;
}

/// Copies a text that may lack its closing zero byte into an array with room for one more byte.
#define CV4L2_COPY_TEXT(destination, source)                                                     \
    do {                                                                                         \
        _Static_assert(sizeof(destination) == sizeof(source) + 1, "room for the closing zero"); \
        memcpy((destination), (source), sizeof(source));                                         \
        (destination)[sizeof(source)] = 0;                                                       \
    } while (0)
