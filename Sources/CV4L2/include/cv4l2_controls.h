// V4L2 controls (brightness, exposure …): one function for each ioctl, returning 0 or -errno.
#pragma once

#include "cv4l2_device.h"

/// VIDIOC_QUERY_EXT_CTRL and VIDIOC_QUERYCTRL. The name ends with a zero byte. `elements` is 1 for what is
/// no array.
struct cv4l2_control {
    uint32_t identifier;
    uint32_t type;
    uint32_t flags;
    uint32_t elements;
    int64_t minimum, maximum, default_value;
    uint64_t step;
    char name[33];
};

/// VIDIOC_QUERYMENU: the text of an item of a menu, the value of an item of an integer menu.
struct cv4l2_menu_item {
    char text[33];
    int64_t value;
};

int cv4l2_query_extended_control(struct cv4l2_device device, uint32_t identifier,
                                 struct cv4l2_control *control);
int cv4l2_query_control(struct cv4l2_device device, uint32_t identifier, struct cv4l2_control *control);
int cv4l2_query_menu_item(struct cv4l2_device device, uint32_t identifier, uint32_t index,
                          struct cv4l2_menu_item *item);
int cv4l2_get_control(struct cv4l2_device device, uint32_t identifier, int32_t *value);
/// VIDIOC_S_CTRL. `value` becomes what the driver made of it.
int cv4l2_set_control(struct cv4l2_device device, uint32_t identifier, int32_t *value);
/// VIDIOC_S_EXT_CTRLS with one control. `value` becomes what the driver made of it; `is_64_bits` for
/// controls of type integer64.
int cv4l2_set_extended_control(struct cv4l2_device device, uint32_t identifier, bool is_64_bits,
                               int64_t *value);

/// V4L2_CTRL_FLAG_NEXT_CTRL, to be added to an identifier: the next control after it.
extern const uint32_t cv4l2_control_next;

/// V4L2_CTRL_TYPE_…
extern const uint32_t cv4l2_control_type_integer, cv4l2_control_type_boolean, cv4l2_control_type_menu,
    cv4l2_control_type_button, cv4l2_control_type_integer64, cv4l2_control_type_class,
    cv4l2_control_type_bitmask, cv4l2_control_type_integer_menu;

/// V4L2_CTRL_FLAG_…
extern const uint32_t cv4l2_control_flag_disabled, cv4l2_control_flag_grabbed, cv4l2_control_flag_read_only;
