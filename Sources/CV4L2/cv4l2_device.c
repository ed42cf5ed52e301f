#define _GNU_SOURCE
#include "ioctl.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <sys/mman.h>
#include <unistd.h>

static const uint32_t capture = V4L2_BUF_TYPE_VIDEO_CAPTURE;

// libv4l2 reports every failed call on standard error, "no frame yet" among them, which is asked many times a
// second. The callers get the same errors and have better words for them.
static void silence_libv4l2(void)
{
    FILE *nowhere = fopen("/dev/null", "we");
    if (nowhere != NULL) v4l2_log_file = nowhere;
}

// A plugin of libv4l2 announces itself on standard output, where labels or frames may go. What it leaves in
// stdio's buffer is thrown away, after what others left there was written.
static int open_through_libv4l2(const char *path, int flags)
{
    static pthread_once_t silenced = PTHREAD_ONCE_INIT;
    pthread_once(&silenced, silence_libv4l2);
    flockfile(stdout);
    fflush(stdout);
    int descriptor = v4l2_open(path, flags);
    int error = errno;
    __fpurge(stdout);
    funlockfile(stdout);
    errno = error;
    return descriptor;
}

int cv4l2_open(const char *path, bool converts, struct cv4l2_device *device)
{
    const int flags = O_RDWR | O_NONBLOCK | O_CLOEXEC;
    device->converts = converts;
    device->descriptor = converts ? open_through_libv4l2(path, flags) : open(path, flags);
    return device->descriptor < 0 ? -errno : 0;
}

int cv4l2_close(struct cv4l2_device device)
{
    int status = device.converts ? v4l2_close(device.descriptor) : close(device.descriptor);
    return status < 0 ? -errno : 0;
}

int cv4l2_map(struct cv4l2_device device, size_t length, uint32_t offset, void **address)
{
    const int protection = PROT_READ | PROT_WRITE;
    void *mapped = device.converts ? v4l2_mmap(NULL, length, protection, MAP_SHARED, device.descriptor, offset)
                                   : mmap(NULL, length, protection, MAP_SHARED, device.descriptor, offset);
    *address = mapped == MAP_FAILED ? NULL : mapped;
    return mapped == MAP_FAILED ? -errno : 0;
}

int cv4l2_unmap(struct cv4l2_device device, void *address, size_t length)
{
    int status = device.converts ? v4l2_munmap(address, length) : munmap(address, length);
    return status < 0 ? -errno : 0;
}

int cv4l2_query_capability(struct cv4l2_device device, struct cv4l2_capability *capability)
{
    struct v4l2_capability answer = {0};
    int status = cv4l2_ioctl(device, VIDIOC_QUERYCAP, &answer);
    CV4L2_COPY_TEXT(capability->driver, answer.driver);
    CV4L2_COPY_TEXT(capability->card, answer.card);
    CV4L2_COPY_TEXT(capability->bus, answer.bus_info);
    capability->device_capabilities =
        answer.capabilities & V4L2_CAP_DEVICE_CAPS ? answer.device_caps : answer.capabilities;
    return status;
}

int cv4l2_enumerate_format(struct cv4l2_device device, uint32_t index,
                           struct cv4l2_format_description *description)
{
    struct v4l2_fmtdesc answer = {.index = index, .type = capture};
    int status = cv4l2_ioctl(device, VIDIOC_ENUM_FMT, &answer);
    description->pixel_format = answer.pixelformat;
    description->flags = answer.flags;
    CV4L2_COPY_TEXT(description->text, answer.description);
    return status;
}

int cv4l2_enumerate_frame_size(struct cv4l2_device device, uint32_t index, uint32_t pixel_format,
                               struct cv4l2_frame_size *size)
{
    struct v4l2_frmsizeenum answer = {.index = index, .pixel_format = pixel_format};
    int status = cv4l2_ioctl(device, VIDIOC_ENUM_FRAMESIZES, &answer);
    if (answer.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
        *size = (struct cv4l2_frame_size){
            .type = answer.type,
            .minimum_width = answer.discrete.width,
            .maximum_width = answer.discrete.width,
            .minimum_height = answer.discrete.height,
            .maximum_height = answer.discrete.height,
        };
    } else {
        *size = (struct cv4l2_frame_size){
            .type = answer.type,
            .minimum_width = answer.stepwise.min_width,
            .maximum_width = answer.stepwise.max_width,
            .step_width = answer.stepwise.step_width,
            .minimum_height = answer.stepwise.min_height,
            .maximum_height = answer.stepwise.max_height,
            .step_height = answer.stepwise.step_height,
        };
    }
    return status;
}

int cv4l2_enumerate_frame_interval(struct cv4l2_device device, uint32_t index, uint32_t pixel_format,
                                   uint32_t width, uint32_t height, struct cv4l2_frame_interval *interval)
{
    struct v4l2_frmivalenum answer = {
        .index = index, .pixel_format = pixel_format, .width = width, .height = height};
    int status = cv4l2_ioctl(device, VIDIOC_ENUM_FRAMEINTERVALS, &answer);
    const bool discrete = answer.type == V4L2_FRMIVAL_TYPE_DISCRETE;
    const struct v4l2_fract minimum = discrete ? answer.discrete : answer.stepwise.min;
    const struct v4l2_fract maximum = discrete ? answer.discrete : answer.stepwise.max;
    *interval = (struct cv4l2_frame_interval){
        .type = answer.type,
        .minimum = {minimum.numerator, minimum.denominator},
        .maximum = {maximum.numerator, maximum.denominator},
    };
    return status;
}

static int format_ioctl(struct cv4l2_device device, unsigned long request, struct cv4l2_format *format)
{
    struct v4l2_format argument = {.type = capture};
    struct v4l2_pix_format *pixels = &argument.fmt.pix;
    pixels->width = format->width;
    pixels->height = format->height;
    pixels->pixelformat = format->pixel_format;
    pixels->field = format->field;
    pixels->bytesperline = format->bytes_per_line;
    pixels->sizeimage = format->image_bytes;
    pixels->colorspace = format->colorspace;
    // The mark by which both sides know that the fields after priv mean something.
    pixels->priv = V4L2_PIX_FMT_PRIV_MAGIC;
    pixels->ycbcr_enc = format->encoding;
    pixels->quantization = format->quantization;
    int status = cv4l2_ioctl(device, request, &argument);
    const bool extended = pixels->priv == V4L2_PIX_FMT_PRIV_MAGIC;
    *format = (struct cv4l2_format){
        .width = pixels->width,
        .height = pixels->height,
        .pixel_format = pixels->pixelformat,
        .field = pixels->field,
        .bytes_per_line = pixels->bytesperline,
        .image_bytes = pixels->sizeimage,
        .colorspace = pixels->colorspace,
        .encoding = extended ? pixels->ycbcr_enc : V4L2_YCBCR_ENC_DEFAULT,
        .quantization = extended ? pixels->quantization : V4L2_QUANTIZATION_DEFAULT,
    };
    return status;
}

int cv4l2_get_format(struct cv4l2_device device, struct cv4l2_format *format)
{
    return format_ioctl(device, VIDIOC_G_FMT, format);
}

int cv4l2_set_format(struct cv4l2_device device, struct cv4l2_format *format)
{
    return format_ioctl(device, VIDIOC_S_FMT, format);
}

int cv4l2_try_format(struct cv4l2_device device, struct cv4l2_format *format)
{
    return format_ioctl(device, VIDIOC_TRY_FMT, format);
}

static int parameters_ioctl(struct cv4l2_device device, unsigned long request,
                            struct cv4l2_stream_parameters *parameters)
{
    struct v4l2_streamparm argument = {.type = capture};
    struct v4l2_captureparm *values = &argument.parm.capture;
    values->timeperframe.numerator = parameters->interval.numerator;
    values->timeperframe.denominator = parameters->interval.denominator;
    int status = cv4l2_ioctl(device, request, &argument);
    *parameters = (struct cv4l2_stream_parameters){
        .settable = (values->capability & V4L2_CAP_TIMEPERFRAME) != 0,
        .interval = {values->timeperframe.numerator, values->timeperframe.denominator},
    };
    return status;
}

int cv4l2_get_stream_parameters(struct cv4l2_device device, struct cv4l2_stream_parameters *parameters)
{
    return parameters_ioctl(device, VIDIOC_G_PARM, parameters);
}

int cv4l2_set_stream_parameters(struct cv4l2_device device, struct cv4l2_stream_parameters *parameters)
{
    return parameters_ioctl(device, VIDIOC_S_PARM, parameters);
}

int cv4l2_request_buffers(struct cv4l2_device device, uint32_t *count)
{
    struct v4l2_requestbuffers argument = {.count = *count, .type = capture, .memory = V4L2_MEMORY_MMAP};
    int status = cv4l2_ioctl(device, VIDIOC_REQBUFS, &argument);
    *count = argument.count;
    return status;
}

static int buffer_ioctl(struct cv4l2_device device, unsigned long request, uint32_t index,
                        struct cv4l2_buffer *buffer)
{
    struct v4l2_buffer argument = {.index = index, .type = capture, .memory = V4L2_MEMORY_MMAP};
    int status = cv4l2_ioctl(device, request, &argument);
    *buffer = (struct cv4l2_buffer){
        .index = argument.index,
        .flags = argument.flags,
        .bytes_used = argument.bytesused,
        .sequence = argument.sequence,
        .field = argument.field,
        .length = argument.length,
        .offset = argument.m.offset,
        .timestamp_seconds = argument.timestamp.tv_sec,
        .timestamp_microseconds = argument.timestamp.tv_usec,
    };
    return status;
}

int cv4l2_query_buffer(struct cv4l2_device device, uint32_t index, struct cv4l2_buffer *buffer)
{
    return buffer_ioctl(device, VIDIOC_QUERYBUF, index, buffer);
}

int cv4l2_queue_buffer(struct cv4l2_device device, uint32_t index)
{
    struct cv4l2_buffer ignored;
    return buffer_ioctl(device, VIDIOC_QBUF, index, &ignored);
}

int cv4l2_dequeue_buffer(struct cv4l2_device device, struct cv4l2_buffer *buffer)
{
    return buffer_ioctl(device, VIDIOC_DQBUF, 0, buffer);
}

int cv4l2_stream_on(struct cv4l2_device device)
{
    int type = (int)capture;
    return cv4l2_ioctl(device, VIDIOC_STREAMON, &type);
}

int cv4l2_stream_off(struct cv4l2_device device)
{
    int type = (int)capture;
    return cv4l2_ioctl(device, VIDIOC_STREAMOFF, &type);
}

const uint32_t cv4l2_capability_video_capture = V4L2_CAP_VIDEO_CAPTURE;
const uint32_t cv4l2_capability_video_capture_multiplanar = V4L2_CAP_VIDEO_CAPTURE_MPLANE;
const uint32_t cv4l2_capability_video_output = V4L2_CAP_VIDEO_OUTPUT;
const uint32_t cv4l2_capability_video_output_multiplanar = V4L2_CAP_VIDEO_OUTPUT_MPLANE;
const uint32_t cv4l2_capability_memory_to_memory = V4L2_CAP_VIDEO_M2M;
const uint32_t cv4l2_capability_memory_to_memory_multiplanar = V4L2_CAP_VIDEO_M2M_MPLANE;
const uint32_t cv4l2_capability_metadata_capture = V4L2_CAP_META_CAPTURE;
const uint32_t cv4l2_capability_metadata_output = V4L2_CAP_META_OUTPUT;
const uint32_t cv4l2_capability_overlay = V4L2_CAP_VIDEO_OVERLAY;
const uint32_t cv4l2_capability_vbi_capture = V4L2_CAP_VBI_CAPTURE;
const uint32_t cv4l2_capability_sliced_vbi_capture = V4L2_CAP_SLICED_VBI_CAPTURE;
const uint32_t cv4l2_capability_vbi_output = V4L2_CAP_VBI_OUTPUT;
const uint32_t cv4l2_capability_sliced_vbi_output = V4L2_CAP_SLICED_VBI_OUTPUT;
const uint32_t cv4l2_capability_software_radio = V4L2_CAP_SDR_CAPTURE;
const uint32_t cv4l2_capability_radio = V4L2_CAP_RADIO;
const uint32_t cv4l2_capability_touch = V4L2_CAP_TOUCH;
const uint32_t cv4l2_capability_streaming = V4L2_CAP_STREAMING;

const uint32_t cv4l2_format_flag_compressed = V4L2_FMT_FLAG_COMPRESSED;
const uint32_t cv4l2_format_flag_emulated = V4L2_FMT_FLAG_EMULATED;

_Static_assert((int)V4L2_FRMSIZE_TYPE_DISCRETE == (int)V4L2_FRMIVAL_TYPE_DISCRETE, "one constant for both");
const uint32_t cv4l2_type_discrete = V4L2_FRMSIZE_TYPE_DISCRETE;

const uint32_t cv4l2_buffer_flag_error = V4L2_BUF_FLAG_ERROR;
const uint32_t cv4l2_buffer_flag_timestamp_mask = V4L2_BUF_FLAG_TIMESTAMP_MASK;
const uint32_t cv4l2_buffer_flag_timestamp_monotonic = V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;

const uint32_t cv4l2_field_none = V4L2_FIELD_NONE;
const uint32_t cv4l2_field_sequential_top_first = V4L2_FIELD_SEQ_TB;
const uint32_t cv4l2_field_sequential_bottom_first = V4L2_FIELD_SEQ_BT;

const uint32_t cv4l2_colorspace_jpeg = V4L2_COLORSPACE_JPEG;
const uint32_t cv4l2_quantization_default = V4L2_QUANTIZATION_DEFAULT;
const uint32_t cv4l2_quantization_full_range = V4L2_QUANTIZATION_FULL_RANGE;
const uint32_t cv4l2_quantization_limited_range = V4L2_QUANTIZATION_LIM_RANGE;
