#define _GNU_SOURCE
#include "cv4l2_controls.h"
#include "ioctl.h"

int cv4l2_query_extended_control(struct cv4l2_device device, uint32_t identifier,
                                 struct cv4l2_control *control)
{
    struct v4l2_query_ext_ctrl answer = {.id = identifier};
    int status = cv4l2_ioctl(device, VIDIOC_QUERY_EXT_CTRL, &answer);
    *control = (struct cv4l2_control){
        .identifier = answer.id,
        .type = answer.type,
        .flags = answer.flags,
        .elements = answer.elems,
        .minimum = answer.minimum,
        .maximum = answer.maximum,
        .default_value = answer.default_value,
        .step = answer.step,
    };
    CV4L2_COPY_TEXT(control->name, answer.name);
    return status;
}

int cv4l2_query_control(struct cv4l2_device device, uint32_t identifier, struct cv4l2_control *control)
{
    struct v4l2_queryctrl answer = {.id = identifier};
    int status = cv4l2_ioctl(device, VIDIOC_QUERYCTRL, &answer);
    // A mask of bits uses the sign bit as one of them.
    const bool unsigned_limits = answer.type == V4L2_CTRL_TYPE_BITMASK;
    *control = (struct cv4l2_control){
        .identifier = answer.id,
        .type = answer.type,
        .flags = answer.flags,
        .elements = 1,
        .minimum = answer.minimum,
        .maximum = unsigned_limits ? (int64_t)(uint32_t)answer.maximum : answer.maximum,
        .default_value = unsigned_limits ? (int64_t)(uint32_t)answer.default_value : answer.default_value,
        .step = answer.step < 0 ? 0 : (uint64_t)answer.step,
    };
    CV4L2_COPY_TEXT(control->name, answer.name);
    return status;
}

int cv4l2_query_menu_item(struct cv4l2_device device, uint32_t identifier, uint32_t index,
                          struct cv4l2_menu_item *item)
{
    struct v4l2_querymenu answer = {.id = identifier, .index = index};
    int status = cv4l2_ioctl(device, VIDIOC_QUERYMENU, &answer);
    item->value = answer.value;
    CV4L2_COPY_TEXT(item->text, answer.name);
    return status;
}

int cv4l2_get_control(struct cv4l2_device device, uint32_t identifier, int32_t *value)
{
    struct v4l2_control argument = {.id = identifier};
    int status = cv4l2_ioctl(device, VIDIOC_G_CTRL, &argument);
    *value = argument.value;
    return status;
}

int cv4l2_set_control(struct cv4l2_device device, uint32_t identifier, int32_t *value)
{
    struct v4l2_control argument = {.id = identifier, .value = *value};
    int status = cv4l2_ioctl(device, VIDIOC_S_CTRL, &argument);
    *value = argument.value;
    return status;
}

int cv4l2_set_extended_control(struct cv4l2_device device, uint32_t identifier, bool is_64_bits,
                               int64_t *value)
{
    struct v4l2_ext_control control = {.id = identifier};
    if (is_64_bits) {
        control.value64 = *value;
    } else {
        control.value = (int32_t)*value;
    }
    struct v4l2_ext_controls argument = {
        .which = V4L2_CTRL_WHICH_CUR_VAL, .count = 1, .controls = &control};
    int status = cv4l2_ioctl(device, VIDIOC_S_EXT_CTRLS, &argument);
    *value = is_64_bits ? control.value64 : control.value;
    return status;
}

const uint32_t cv4l2_control_next = V4L2_CTRL_FLAG_NEXT_CTRL;

const uint32_t cv4l2_control_type_integer = V4L2_CTRL_TYPE_INTEGER;
const uint32_t cv4l2_control_type_boolean = V4L2_CTRL_TYPE_BOOLEAN;
const uint32_t cv4l2_control_type_menu = V4L2_CTRL_TYPE_MENU;
const uint32_t cv4l2_control_type_button = V4L2_CTRL_TYPE_BUTTON;
const uint32_t cv4l2_control_type_integer64 = V4L2_CTRL_TYPE_INTEGER64;
const uint32_t cv4l2_control_type_class = V4L2_CTRL_TYPE_CTRL_CLASS;
const uint32_t cv4l2_control_type_bitmask = V4L2_CTRL_TYPE_BITMASK;
const uint32_t cv4l2_control_type_integer_menu = V4L2_CTRL_TYPE_INTEGER_MENU;

const uint32_t cv4l2_control_flag_disabled = V4L2_CTRL_FLAG_DISABLED;
const uint32_t cv4l2_control_flag_grabbed = V4L2_CTRL_FLAG_GRABBED;
const uint32_t cv4l2_control_flag_read_only = V4L2_CTRL_FLAG_READ_ONLY;
