#include "cv4l2_events.h"

#include "ioctl.h"

int cv4l2_subscribe_source_change(struct cv4l2_device device)
{
    struct v4l2_event_subscription subscription = {.type = V4L2_EVENT_SOURCE_CHANGE};
    return cv4l2_ioctl(device, VIDIOC_SUBSCRIBE_EVENT, &subscription);
}

int cv4l2_dequeue_event(struct cv4l2_device device, struct cv4l2_event *event)
{
    struct v4l2_event answer = {0};
    int status = cv4l2_ioctl(device, VIDIOC_DQEVENT, &answer);
    *event = (struct cv4l2_event){
        .is_format_change = answer.type == V4L2_EVENT_SOURCE_CHANGE &&
                            (answer.u.src_change.changes & V4L2_EVENT_SRC_CH_RESOLUTION) != 0,
    };
    return status;
}
