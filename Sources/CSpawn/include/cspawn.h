// Starting of another program whose output is read: what posix_spawn(3) needs is partly invisible to Swift.
#pragma once

#include <sys/types.h>

/// A program that was started, and the ends of two pipes to read from, both closed on exec.
typedef struct {
    pid_t identifier;
    int output;
    /// Non-blocking.
    int error_output;
} cspawn_child;

/// Starts a program that is looked for in the search path. It gets the arguments and environment given
/// (null-terminated lists), /dev/null as standard input, two pipes as its outputs, and no other descriptor; no
/// signal is blocked or ignored in it, and it leads a process group of its own, so that a signal from the
/// terminal does not reach it. Returns 0, or -errno (-ENOENT where there is no such program), and has then
/// opened nothing.
int cspawn_start(const char *program, char *const arguments[], char *const environment[], cspawn_child *child);
