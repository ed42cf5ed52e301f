#define _GNU_SOURCE
#include "cspawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

// What an unprivileged process may have (pipe(7)): several frames, so that reader and writer wake each other
// less often.
enum { PIPE_BYTES = 1 << 20 };

enum { READ_END, WRITE_END };

static void close_both(const int ends[2])
{
    close(ends[READ_END]);
    close(ends[WRITE_END]);
}

static int set_attributes(posix_spawnattr_t *attributes)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int status = posix_spawnattr_setsigmask(attributes, &none);
    if (status == 0) status = posix_spawnattr_setsigdefault(attributes, &all);
    if (status == 0) status = posix_spawnattr_setpgroup(attributes, 0);
    const short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
    return status != 0 ? status : posix_spawnattr_setflags(attributes, flags);
}

static int set_actions(posix_spawn_file_actions_t *actions, int output, int error_output)
{
    int status = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (status == 0) status = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
    if (status == 0) status = posix_spawn_file_actions_adddup2(actions, error_output, STDERR_FILENO);
    // Whatever a library has opened without close-on-exec.
    return status != 0 ? status : posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
}

static int spawn(const char *program, char *const arguments[], char *const environment[], int output,
                 int error_output, pid_t *identifier)
{
    posix_spawnattr_t attributes;
    int status = posix_spawnattr_init(&attributes);
    if (status != 0) return status;
    posix_spawn_file_actions_t actions;
    status = posix_spawn_file_actions_init(&actions);
    if (status == 0) {
        status = set_attributes(&attributes);
        if (status == 0) status = set_actions(&actions, output, error_output);
        if (status == 0) status = posix_spawnp(identifier, program, &actions, &attributes, arguments, environment);
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    return status;
}

int cspawn_start(const char *program, char *const arguments[], char *const environment[], cspawn_child *child)
{
    int output[2], error_output[2];
    if (pipe2(output, O_CLOEXEC) != 0) return -errno;
    if (pipe2(error_output, O_CLOEXEC) != 0) {
        const int status = errno;
        close_both(output);
        return -status;
    }
    const int status =
        spawn(program, arguments, environment, output[WRITE_END], error_output[WRITE_END], &child->identifier);
    if (status != 0) {
        close_both(output);
        close_both(error_output);
        return -status;
    }
    close(output[WRITE_END]);
    close(error_output[WRITE_END]);
    fcntl(error_output[READ_END], F_SETFL, O_NONBLOCK);
    // Works with a smaller pipe as well.
    fcntl(output[READ_END], F_SETPIPE_SZ, PIPE_BYTES);
    child->output = output[READ_END];
    child->error_output = error_output[READ_END];
    return 0;
}
