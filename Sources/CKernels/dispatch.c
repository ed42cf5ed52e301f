#include "kernels.h"

#include <stdatomic.h>

static atomic_int allowed = KERNEL_AVX512;
static atomic_int available = -1;

static kernel_set detected(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") || !__builtin_cpu_supports("f16c")) {
        return KERNEL_PLAIN;
    }
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512bw")) {
        return KERNEL_AVX512;
    }
    return KERNEL_AVX2;
#else
    return KERNEL_PLAIN;
#endif
}

kernel_set kernel_instruction_set(void)
{
    int best = atomic_load_explicit(&available, memory_order_relaxed);
    if (best < 0) {
        best = (int)detected();
        atomic_store_explicit(&available, best, memory_order_relaxed);
    }
    const int limit = atomic_load_explicit(&allowed, memory_order_relaxed);
    return (kernel_set)(best < limit ? best : limit);
}

void kernel_limit_instruction_set(kernel_set limit)
{
    atomic_store_explicit(&allowed, (int)limit, memory_order_relaxed);
}
