// V4L2's events: what a driver has to say beside frames. As in cv4l2_device.h, every function makes one system
// call, fills every field of what it returns and gives 0, or -errno.
#pragma once

#include "cv4l2_device.h"

/// VIDIOC_DQEVENT: whether the picture that comes in has another size or format than before.
struct cv4l2_event {
    bool is_format_change;
};

/// VIDIOC_SUBSCRIBE_EVENT for V4L2_EVENT_SOURCE_CHANGE, which poll(2) then tells as POLLPRI. Most webcams have no
/// events and answer with an error.
int cv4l2_subscribe_source_change(struct cv4l2_device device);
int cv4l2_dequeue_event(struct cv4l2_device device, struct cv4l2_event *event);
