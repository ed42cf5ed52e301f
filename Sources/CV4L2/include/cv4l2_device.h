// V4L2 capture by memory mapping: one function for each ioctl, with flat structures.
//
// Every function makes one system call, fills every field of what it returns and gives 0, or -errno. Only
// the single-planar capture type (V4L2_BUF_TYPE_VIDEO_CAPTURE) and mapped buffers are spoken.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// An open device. `converts` says that calls go through libv4l2, which converts the camera's formats to
/// common ones, instead of straight to the kernel.
struct cv4l2_device {
    int32_t descriptor;
    bool converts;
};

/// VIDIOC_QUERYCAP. The texts end with a zero byte. `device_capabilities` are those of this node, which the
/// kernel keeps apart from those of the whole device since 3.3; older drivers give the device's.
struct cv4l2_capability {
    char driver[17];
    char card[33];
    char bus[33];
    uint32_t device_capabilities;
};

/// VIDIOC_ENUM_FMT.
struct cv4l2_format_description {
    uint32_t pixel_format;
    uint32_t flags;
    char text[33];
};

/// VIDIOC_ENUM_FRAMESIZES, in pixels. A discrete size has equal minimum and maximum and steps of 0.
struct cv4l2_frame_size {
    uint32_t type;
    uint32_t minimum_width, maximum_width, step_width;
    uint32_t minimum_height, maximum_height, step_height;
};

/// Seconds, as a fraction.
struct cv4l2_fraction {
    uint32_t numerator, denominator;
};

/// VIDIOC_ENUM_FRAMEINTERVALS. A discrete interval has equal minimum and maximum.
struct cv4l2_frame_interval {
    uint32_t type;
    struct cv4l2_fraction minimum, maximum;
};

/// VIDIOC_G_FMT, VIDIOC_S_FMT, VIDIOC_TRY_FMT. Encoding and quantization are 0 (default) where the driver
/// says nothing about them.
struct cv4l2_format {
    uint32_t width, height;
    uint32_t pixel_format;
    uint32_t field;
    uint32_t bytes_per_line;
    uint32_t image_bytes;
    uint32_t colorspace;
    uint32_t encoding;
    uint32_t quantization;
};

/// VIDIOC_G_PARM, VIDIOC_S_PARM: `settable` says whether the driver takes a frame interval at all.
struct cv4l2_stream_parameters {
    bool settable;
    struct cv4l2_fraction interval;
};

/// VIDIOC_QUERYBUF and VIDIOC_DQBUF.
struct cv4l2_buffer {
    uint32_t index;
    uint32_t flags;
    uint32_t bytes_used;
    uint32_t sequence;
    uint32_t field;
    uint32_t length;
    uint32_t offset;
    int64_t timestamp_seconds;
    int64_t timestamp_microseconds;
};

/// open(2), or v4l2_open of libv4l2, with O_RDWR | O_NONBLOCK | O_CLOEXEC.
int cv4l2_open(const char *path, bool converts, struct cv4l2_device *device);
int cv4l2_close(struct cv4l2_device device);

/// mmap(2) of a buffer for reading and writing (libv4l2 writes) and its undoing.
int cv4l2_map(struct cv4l2_device device, size_t length, uint32_t offset, void **address);
int cv4l2_unmap(struct cv4l2_device device, void *address, size_t length);

int cv4l2_query_capability(struct cv4l2_device device, struct cv4l2_capability *capability);
int cv4l2_enumerate_format(struct cv4l2_device device, uint32_t index,
                           struct cv4l2_format_description *description);
int cv4l2_enumerate_frame_size(struct cv4l2_device device, uint32_t index, uint32_t pixel_format,
                               struct cv4l2_frame_size *size);
int cv4l2_enumerate_frame_interval(struct cv4l2_device device, uint32_t index, uint32_t pixel_format,
                                   uint32_t width, uint32_t height, struct cv4l2_frame_interval *interval);
int cv4l2_get_format(struct cv4l2_device device, struct cv4l2_format *format);
int cv4l2_set_format(struct cv4l2_device device, struct cv4l2_format *format);
int cv4l2_try_format(struct cv4l2_device device, struct cv4l2_format *format);
int cv4l2_get_stream_parameters(struct cv4l2_device device, struct cv4l2_stream_parameters *parameters);
int cv4l2_set_stream_parameters(struct cv4l2_device device, struct cv4l2_stream_parameters *parameters);
/// VIDIOC_REQBUFS: asks for `count` buffers and sets it to how many were granted; 0 frees all.
int cv4l2_request_buffers(struct cv4l2_device device, uint32_t *count);
int cv4l2_query_buffer(struct cv4l2_device device, uint32_t index, struct cv4l2_buffer *buffer);
int cv4l2_queue_buffer(struct cv4l2_device device, uint32_t index);
int cv4l2_dequeue_buffer(struct cv4l2_device device, struct cv4l2_buffer *buffer);
int cv4l2_stream_on(struct cv4l2_device device);
int cv4l2_stream_off(struct cv4l2_device device);

/// The character code of a pixel format, for example 'Y', 'U', 'Y', 'V'.
static inline uint32_t cv4l2_fourcc(char a, char b, char c, char d)
{
    return (uint32_t)(unsigned char)a | (uint32_t)(unsigned char)b << 8 | (uint32_t)(unsigned char)c << 16 |
           (uint32_t)(unsigned char)d << 24;
}

/// V4L2_CAP_…: what a node can do.
extern const uint32_t cv4l2_capability_video_capture, cv4l2_capability_video_capture_multiplanar,
    cv4l2_capability_video_output, cv4l2_capability_video_output_multiplanar, cv4l2_capability_memory_to_memory,
    cv4l2_capability_memory_to_memory_multiplanar, cv4l2_capability_metadata_capture,
    cv4l2_capability_metadata_output, cv4l2_capability_overlay, cv4l2_capability_vbi_capture,
    cv4l2_capability_sliced_vbi_capture, cv4l2_capability_vbi_output, cv4l2_capability_sliced_vbi_output,
    cv4l2_capability_software_radio, cv4l2_capability_radio, cv4l2_capability_touch,
    cv4l2_capability_streaming;

/// V4L2_FMT_FLAG_…
extern const uint32_t cv4l2_format_flag_compressed, cv4l2_format_flag_emulated;

/// V4L2_FRMSIZE_TYPE_DISCRETE and V4L2_FRMIVAL_TYPE_DISCRETE, which are equal; other types are ranges.
extern const uint32_t cv4l2_type_discrete;

/// V4L2_BUF_FLAG_…
extern const uint32_t cv4l2_buffer_flag_error, cv4l2_buffer_flag_timestamp_mask,
    cv4l2_buffer_flag_timestamp_monotonic;

/// enum v4l2_field
extern const uint32_t cv4l2_field_none, cv4l2_field_sequential_top_first, cv4l2_field_sequential_bottom_first;

/// enum v4l2_colorspace, enum v4l2_quantization
extern const uint32_t cv4l2_colorspace_jpeg, cv4l2_quantization_default, cv4l2_quantization_full_range,
    cv4l2_quantization_limited_range;
