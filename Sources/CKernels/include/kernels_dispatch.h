// Which instructions the processor has, found out once.
#pragma once

#include <stddef.h>

typedef enum {
    KERNEL_PLAIN = 0,
    /// AVX2, FMA and F16C.
    KERNEL_AVX2 = 1,
    /// The AVX-512 of Skylake-X and later: F, VL, DQ and BW.
    KERNEL_AVX512 = 2,
} kernel_set;

/// The best set of instructions that the processor has and `kernel_limit_instruction_set` allows.
kernel_set kernel_instruction_set(void);

/// Forbids sets above `limit`: for tests, and for comparing them. Not while kernels run. It holds for the products and
/// Winograd's transforms; plain loops, of which the loader chose a version at the start, stay as they are.
void kernel_limit_instruction_set(kernel_set limit);

#define KERNEL_TARGET_AVX2 "avx2,fma,f16c"
#define KERNEL_TARGET_AVX512 "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,f16c"

/// Asks for memory that will be read soon, a cache line of 64 bytes at a time, into the second-level cache.
static inline void kernel_prefetch(const void *memory, size_t bytes)
{
    for (size_t offset = 0; offset < bytes; offset += 64) __builtin_prefetch((const char *)memory + offset, 0, 2);
}

/// Tells the processor that this thread spins (PAUSE, YIELD).
static inline void kernel_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}
