#include "dispatch.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

// Pairs and quadruples of samples are taken apart by shifting whole words, which needs their order in memory.
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "x86-64 and arm64 are little-endian");

// ITU-R BT.601 limited range to JPEG's full range, rounded to nearest: luma 16...235 times 255/219, chroma
// 128 +- 112 times 255/224. Only the part beyond 1 (12/73 and 31/224) is multiplied, in 15 bit fixed point:
// its error (0.004 of a step) is too small to round any of the 256 values another way.
INLINE uint8_t full_luma(uint8_t limited)
{
    const int above_black = limited > 16 ? limited - 16 : 0;
    const int16_t extra = (int16_t)(((above_black * 5387 >> 14) + 1) >> 1);
    const int value = above_black + extra;
    return (uint8_t)(value > 255 ? 255 : value);
}

INLINE uint8_t full_chroma(uint8_t limited)
{
    const int from_grey = limited - 128;
    const int16_t extra = (int16_t)(((from_grey * 4535 >> 14) + 1) >> 1);
    const int value = 128 + from_grey + extra;
    return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

INLINE uint16_t load_pair(const uint8_t *bytes)
{
    uint16_t pair;
    memcpy(&pair, bytes, sizeof pair);
    return pair;
}

INLINE uint32_t load_quadruple(const uint8_t *bytes)
{
    uint32_t quadruple;
    memcpy(&quadruple, bytes, sizeof quadruple);
    return quadruple;
}

INLINE void unpack_row(const uint8_t *packed, size_t width, int luma_shift, int expand, uint8_t *luma,
                       uint8_t *cb, uint8_t *cr)
{
    for (size_t x = 0; x < width; x++) {
        const uint8_t sample = (uint8_t)(load_pair(packed + 2 * x) >> luma_shift);
        luma[x] = expand ? full_luma(sample) : sample;
    }
    const int chroma_shift = 8 - luma_shift;
    const size_t chroma_width = (width + 1) / 2;
    for (size_t x = 0; x < chroma_width; x++) {
        const uint32_t pixels = load_quadruple(packed + 4 * x);
        const uint8_t blue = (uint8_t)(pixels >> chroma_shift);
        const uint8_t red = (uint8_t)(pixels >> (chroma_shift + 16));
        cb[x] = expand ? full_chroma(blue) : blue;
        cr[x] = expand ? full_chroma(red) : red;
    }
}

// Four calls with constants, so that each becomes a loop without branches.
VECTOR_CLONES void kernel_unpack_422(const uint8_t *packed, size_t width, int luma_first, int expand,
                                     uint8_t *luma, uint8_t *cb, uint8_t *cr)
{
    if (luma_first) {
        if (expand) unpack_row(packed, width, 0, 1, luma, cb, cr);
        else unpack_row(packed, width, 0, 0, luma, cb, cr);
    } else {
        if (expand) unpack_row(packed, width, 8, 1, luma, cb, cr);
        else unpack_row(packed, width, 8, 0, luma, cb, cr);
    }
}

INLINE void split_row(const uint8_t *pairs, size_t count, int expand, uint8_t *cb, uint8_t *cr)
{
    for (size_t x = 0; x < count; x++) {
        const uint16_t pair = load_pair(pairs + 2 * x);
        const uint8_t blue = (uint8_t)pair;
        const uint8_t red = (uint8_t)(pair >> 8);
        cb[x] = expand ? full_chroma(blue) : blue;
        cr[x] = expand ? full_chroma(red) : red;
    }
}

VECTOR_CLONES void kernel_split_chroma(const uint8_t *pairs, size_t count, int expand, uint8_t *cb, uint8_t *cr)
{
    if (expand) split_row(pairs, count, 1, cb, cr);
    else split_row(pairs, count, 0, cb, cr);
}

VECTOR_CLONES void kernel_expand_luma(const uint8_t *limited, size_t count, uint8_t *full)
{
    for (size_t x = 0; x < count; x++) full[x] = full_luma(limited[x]);
}

VECTOR_CLONES void kernel_expand_chroma(const uint8_t *limited, size_t count, uint8_t *full)
{
    for (size_t x = 0; x < count; x++) full[x] = full_chroma(limited[x]);
}

// The sum is at most 255 * 256 + 128, so 16 bits hold it: twice as many lanes as 32.
VECTOR_CLONES void kernel_mix(uint8_t *samples, size_t count, uint8_t value, int32_t opacity)
{
    const uint16_t kept = (uint16_t)(256 - opacity);
    const uint16_t added = (uint16_t)(value * opacity + 128);
    for (size_t x = 0; x < count; x++) samples[x] = (uint8_t)((uint16_t)(samples[x] * kept + added) >> 8);
}
