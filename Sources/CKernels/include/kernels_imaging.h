// Loops over samples of pictures.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// Takes apart one row of packed 4:2:2 pixels. Reads 4 * ((width + 1) / 2) bytes: Y0 Cb Y1 Cr if `luma_first`
/// is not 0, else Cb Y0 Cr Y1. Writes `width` luma and (width + 1) / 2 samples of each chroma. If `expand` is
/// not 0, samples go from ITU-R BT.601 limited range to full range, clamped and rounded to nearest.
void kernel_unpack_422(const uint8_t *packed, size_t width, int luma_first, int expand, uint8_t *luma,
                       uint8_t *cb, uint8_t *cr);

/// Takes apart `count` pairs Cb Cr; `expand` as above.
void kernel_split_chroma(const uint8_t *pairs, size_t count, int expand, uint8_t *cb, uint8_t *cr);

/// Luma samples from limited to full range.
void kernel_expand_luma(const uint8_t *limited, size_t count, uint8_t *full);

/// Chroma samples from limited to full range.
void kernel_expand_chroma(const uint8_t *limited, size_t count, uint8_t *full);

/// Mixes samples with one value: each becomes (sample * (256 - opacity) + value * opacity + 128) / 256, rounded down.
/// `opacity` is 0...256.
void kernel_mix(uint8_t *samples, size_t count, uint8_t value, int32_t opacity);
