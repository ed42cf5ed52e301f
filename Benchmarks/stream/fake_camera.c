// A camera for a program whose kernel has none: preloaded, it answers the V4L2 calls that the program makes on one path
// and gives 640x480 JPEGs out of a film in mapped buffers, as uvcvideo does. So two servers are compared on the same
// pictures at the machine's own speed. Only for Benchmarks/stream/crowd: it knows one descriptor and one size.
//
//   cc -O2 -shared -fPIC -o fake_camera.so fake_camera.c
//   LD_PRELOAD=./fake_camera.so FAKE_CAMERA_PATH=/dev/video77 FAKE_CAMERA_FILM=film.mjpeg FAKE_CAMERA_RATE=30 program
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { width = 640, height = 480, buffer_limit = 32, frame_limit = 4096, buffer_bytes = 1 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    int descriptor;
    const uint8_t *film;
    size_t film_bytes, starts[frame_limit + 1];
    unsigned frames;
    uint8_t *buffers;
    unsigned buffer_count;
    // The buffers that the program gave, oldest first.
    unsigned queue[buffer_limit], queued;
    uint64_t sequence;
    bool streams;
} camera = {.descriptor = -1};

static void *next_function(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) abort();
    return function;
}

static long rate(void)
{
    const char *text = getenv("FAKE_CAMERA_RATE");
    return text == NULL ? 30 : strtol(text, NULL, 10);
}

// JPEG's entropy-coded data has no FF D9 (ITU-T T.81, B.1.1.5), so each is an end.
static bool load_film(void)
{
    const char *path = getenv("FAKE_CAMERA_FILM");
    FILE *file = path == NULL ? NULL : fopen(path, "rb");
    struct stat status;
    if (file == NULL || fstat(fileno(file), &status) != 0) return false;
    camera.film_bytes = (size_t)status.st_size;
    uint8_t *film = malloc(camera.film_bytes);
    bool complete = film != NULL && fread(film, 1, camera.film_bytes, file) == camera.film_bytes;
    fclose(file);
    if (!complete) return false;
    for (size_t at = 1; at < camera.film_bytes && camera.frames < frame_limit; at++)
        if (film[at - 1] == 0xFF && film[at] == 0xD9) {
            camera.starts[++camera.frames] = at + 1;
            if (at + 1 - camera.starts[camera.frames - 1] > buffer_bytes) return false;
        }
    camera.film = film;
    return camera.frames > 0;
}

static int open_camera(void)
{
    if (camera.descriptor >= 0) return errno = EBUSY, -1;
    if (camera.film == NULL && !load_film()) return errno = ENODEV, -1;
    camera.descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    camera.buffer_count = camera.queued = 0;
    camera.streams = false;
    return camera.descriptor;
}

static bool is_camera(const char *path)
{
    const char *own = getenv("FAKE_CAMERA_PATH");
    return own != NULL && strcmp(path, own) == 0;
}

#define DEFINE_OPEN(name)                                                      \
    int name(const char *path, int flags, ...)                                 \
    {                                                                          \
        va_list arguments;                                                     \
        va_start(arguments, flags);                                            \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0; \
        va_end(arguments);                                                     \
        if (!is_camera(path)) return ((int (*)(const char *, int, ...))next_function(#name))(path, flags, mode); \
        pthread_mutex_lock(&lock);                                             \
        int descriptor = open_camera();                                        \
        pthread_mutex_unlock(&lock);                                           \
        return descriptor;                                                     \
    }
DEFINE_OPEN(open)
DEFINE_OPEN(open64)

int close(int descriptor)
{
    pthread_mutex_lock(&lock);
    if (descriptor >= 0 && descriptor == camera.descriptor) camera.descriptor = -1;
    pthread_mutex_unlock(&lock);
    return ((int (*)(int))next_function("close"))(descriptor);
}

void *mmap(void *address, size_t length, int protection, int flags, int descriptor, off_t offset)
{
    if (descriptor < 0 || descriptor != camera.descriptor)
        return ((void *(*)(void *, size_t, int, int, int, off_t))next_function("mmap"))(
            address, length, protection, flags, descriptor, offset);
    // A second mapping of the same memory, which the program may unmap.
    return mremap(camera.buffers + offset, 0, length, MREMAP_MAYMOVE);
}

void *mmap64(void *address, size_t length, int protection, int flags, int descriptor, off_t offset)
{
    return mmap(address, length, protection, flags, descriptor, offset);
}

static int fail(int error)
{
    errno = error;
    return -1;
}

static void describe(struct v4l2_buffer *buffer)
{
    buffer->length = buffer_bytes;
    buffer->m.offset = buffer->index * buffer_bytes;
    buffer->flags = V4L2_BUF_FLAG_MAPPED | V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    buffer->field = V4L2_FIELD_NONE;
}

static int request_buffers(struct v4l2_requestbuffers *request)
{
    camera.queued = 0;
    if (request->count > buffer_limit) request->count = buffer_limit;
    if (camera.buffers == NULL)
        camera.buffers = ((void *(*)(void *, size_t, int, int, int, off_t))next_function("mmap"))(
            NULL, (size_t)buffer_limit * buffer_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    camera.buffer_count = request->count;
    return camera.buffers == MAP_FAILED ? fail(ENOMEM) : 0;
}

static int dequeue(struct v4l2_buffer *buffer)
{
    uint64_t expirations;
    if (!camera.streams) return fail(EINVAL);
    if (read(camera.descriptor, &expirations, sizeof expirations) != sizeof expirations) return fail(EAGAIN);
    camera.sequence += expirations;
    // As a driver without buffers: the frame is lost.
    if (camera.queued == 0) return fail(EAGAIN);
    const unsigned index = camera.queue[0];
    memmove(camera.queue, camera.queue + 1, --camera.queued * sizeof camera.queue[0]);
    const unsigned frame = (unsigned)(camera.sequence % camera.frames);
    const size_t bytes = camera.starts[frame + 1] - camera.starts[frame];
    memcpy(camera.buffers + (size_t)index * buffer_bytes, camera.film + camera.starts[frame], bytes);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    buffer->index = index;
    describe(buffer);
    buffer->flags |= V4L2_BUF_FLAG_DONE;
    buffer->bytesused = (uint32_t)bytes;
    buffer->sequence = (uint32_t)camera.sequence;
    buffer->timestamp = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}

static int answer(unsigned long request, void *argument)
{
    switch (request) {
    case VIDIOC_QUERYCAP: {
        struct v4l2_capability *capability = argument;
        *capability = (struct v4l2_capability){
            .driver = "film", .card = "Film", .bus_info = "platform:film",
            .capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING | V4L2_CAP_DEVICE_CAPS,
            .device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING};
        return 0;
    }
    case VIDIOC_ENUM_FMT: {
        struct v4l2_fmtdesc *format = argument;
        if (format->index > 0) return fail(EINVAL);
        format->pixelformat = V4L2_PIX_FMT_MJPEG;
        format->flags = V4L2_FMT_FLAG_COMPRESSED;
        strcpy((char *)format->description, "Motion-JPEG");
        return 0;
    }
    case VIDIOC_ENUM_FRAMESIZES: {
        struct v4l2_frmsizeenum *size = argument;
        if (size->index > 0) return fail(EINVAL);
        size->type = V4L2_FRMSIZE_TYPE_DISCRETE;
        size->discrete.width = width;
        size->discrete.height = height;
        return 0;
    }
    case VIDIOC_ENUM_FRAMEINTERVALS: {
        struct v4l2_frmivalenum *interval = argument;
        if (interval->index > 0) return fail(EINVAL);
        interval->type = V4L2_FRMIVAL_TYPE_DISCRETE;
        interval->discrete = (struct v4l2_fract){1, (uint32_t)rate()};
        return 0;
    }
    case VIDIOC_G_FMT:
    case VIDIOC_TRY_FMT:
    case VIDIOC_S_FMT: {
        struct v4l2_format *format = argument;
        format->fmt.pix.width = width;
        format->fmt.pix.height = height;
        format->fmt.pix.pixelformat = V4L2_PIX_FMT_MJPEG;
        format->fmt.pix.field = V4L2_FIELD_NONE;
        format->fmt.pix.bytesperline = 0;
        format->fmt.pix.sizeimage = buffer_bytes;
        return 0;
    }
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: {
        struct v4l2_captureparm *parameters = &((struct v4l2_streamparm *)argument)->parm.capture;
        parameters->capability = V4L2_CAP_TIMEPERFRAME;
        parameters->timeperframe = (struct v4l2_fract){1, (uint32_t)rate()};
        return 0;
    }
    case VIDIOC_G_INPUT: *(int *)argument = 0; return 0;
    case VIDIOC_S_INPUT: return *(int *)argument == 0 ? 0 : fail(EINVAL);
    case VIDIOC_REQBUFS: return request_buffers(argument);
    case VIDIOC_QUERYBUF: {
        struct v4l2_buffer *buffer = argument;
        if (buffer->index >= camera.buffer_count) return fail(EINVAL);
        describe(buffer);
        return 0;
    }
    case VIDIOC_QBUF: {
        struct v4l2_buffer *buffer = argument;
        if (buffer->index >= camera.buffer_count || camera.queued == buffer_limit) return fail(EINVAL);
        camera.queue[camera.queued++] = buffer->index;
        describe(buffer);
        return 0;
    }
    case VIDIOC_DQBUF: return dequeue(argument);
    case VIDIOC_STREAMON:
    case VIDIOC_STREAMOFF: {
        camera.streams = request == VIDIOC_STREAMON;
        const long nanoseconds = camera.streams ? 1000000000L / rate() : 0;
        const struct timespec interval = {nanoseconds / 1000000000L, nanoseconds % 1000000000L};
        const struct itimerspec timer = {.it_interval = interval, .it_value = interval};
        if (!camera.streams) camera.queued = 0;
        return timerfd_settime(camera.descriptor, 0, &timer, NULL);
    }
    default: return fail(ENOTTY);
    }
}

int ioctl(int descriptor, unsigned long request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    if (descriptor < 0 || descriptor != camera.descriptor)
        return ((int (*)(int, unsigned long, ...))next_function("ioctl"))(descriptor, request, argument);
    pthread_mutex_lock(&lock);
    // The kernel takes the request's 32 bits; programs that keep it in an int hand it over with its sign.
    int status = answer(request & 0xFFFFFFFF, argument);
    pthread_mutex_unlock(&lock);
    return status;
}
