// Thin shim over V4L2 and the system calls that Swift cannot import (macros and variadic functions).
// No policy: every function makes one call and returns 0 or more on success, -errno on failure.
#pragma once

#include <poll.h>
#include <stdint.h>

/// eventfd(2) with EFD_CLOEXEC | EFD_NONBLOCK. Returns the descriptor or -errno.
int cv4l2_eventfd(void);

/// ppoll(2) without a signal mask. A negative timeout waits for ever. Returns the number of ready
/// descriptors, 0 at the timeout, or -errno.
int cv4l2_poll(struct pollfd *descriptors, unsigned count, int64_t timeout_nanoseconds);
