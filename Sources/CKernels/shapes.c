#include "kernels_shapes.h"

#include <math.h>
#include <stdbool.h>

// A row is painted in pieces whose sums stay in the first-level cache, with all shapes over one another in
// single precision and one rounding at the end: many faint layers would show steps if each rounded to 8 bits.
enum { PIECE = 256 };

// Products are rounded before they are added, so that machines with and without fused multiply-add paint the
// same picture.
#pragma STDC FP_CONTRACT OFF

static inline float between_0_and_1(float value)
{
    value = value < 0 ? 0 : value;
    return value > 1 ? 1 : value;
}

static inline float polynomial(const float coefficients[5], float x)
{
    return (((coefficients[4] * x + coefficients[3]) * x + coefficients[2]) * x + coefficients[1]) * x
           + coefficients[0];
}

static inline float squared_radius(const kernel_shape *shape, float u, float v)
{
    const float p = u * (1 + v * (shape->taper + shape->bulge * v));
    const float p2 = p * p, v2 = v * v;
    return p2 + v2 - shape->squareness * p2 * v2;
}

// Coverage of `count` samples of a row, 0...1, the first at (x, y) and the next `step` to the right.
static void cover(const kernel_shape *restrict shape, float x, float y, float step, int count,
                  float *restrict coverage)
{
    const float u_start = shape->u_x * x + shape->u_y * y + shape->u_0, u_step = shape->u_x * step;
    const float v_start = shape->v_x * x + shape->v_y * y + shape->v_0, v_step = shape->v_x * step;
    const float sharpness = shape->sharpness, edge = shape->edge_coverage;
    switch (shape->kind) {
    case KERNEL_SHAPE_ROUND:
        for (int i = 0; i < count; i++) {
            const float r2 = squared_radius(shape, u_start + (float)i * u_step, v_start + (float)i * v_step);
            coverage[i] = between_0_and_1(edge + (1 - r2) * sharpness);
        }
        break;
    case KERNEL_SHAPE_GLOW:
        for (int i = 0; i < count; i++) {
            const float r2 = squared_radius(shape, u_start + (float)i * u_step, v_start + (float)i * v_step);
            const float inside = between_0_and_1(1 - r2);
            coverage[i] = inside * inside;
        }
        break;
    case KERNEL_SHAPE_BAND:
        for (int i = 0; i < count; i++) {
            const float u = u_start + (float)i * u_step, v = v_start + (float)i * v_step;
            const float below = v - polynomial(shape->first, u), above = polynomial(shape->second, u) - v;
            const float depth = below < above ? below : above;
            coverage[i] = between_0_and_1(edge + depth * sharpness)
                          * between_0_and_1(0.5f + (1 - u * u) * shape->end_sharpness);
        }
        break;
    default:
        for (int i = 0; i < count; i++) coverage[i] = 0;
    }
}

static int clamped(float value, int low, int high)
{
    if (!(value > (float)low)) return low;
    return value < (float)high ? (int)value : high;
}

// Samples of a row that a shape's box touches: from *first up to *last, cut to the piece.
static bool columns_of(const kernel_shape *shape, const kernel_canvas *canvas, float y, int piece, int piece_end,
                       int *first, int *last)
{
    if (y < shape->top || y > shape->bottom) return false;
    *first = clamped(shape->left / canvas->pixels_per_sample, piece, piece_end);
    *last = clamped(shape->right / canvas->pixels_per_sample + 1, piece, piece_end);
    return *first < *last;
}

static void blend(const kernel_shape *restrict shape, int component, float v_start, float v_step, int count,
                  const float *restrict coverage, float *restrict sums)
{
    const float color = shape->color[component] + shape->gradient[component] * v_start;
    const float change = shape->gradient[component] * v_step;
    const float opacity = shape->opacity;
    for (int i = 0; i < count; i++)
        sums[i] += (color + (float)i * change - sums[i]) * (coverage[i] * opacity);
}

// Adds -0.5...0.5 before rounding, a pattern of 4x4 (Bayer's ordered dither), so that soft shades of 8 bits show
// no contours.
static void store(const float *sums, int count, int x, int row, uint8_t *samples)
{
    static const float bayer[4][4] = {{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
    const float *thresholds = bayer[row & 3];
    for (int i = 0; i < count; i++) {
        const float value = sums[i] + (thresholds[(x + i) & 3] + 0.5f) / 16;
        samples[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

static void paint_piece(const kernel_canvas *canvas, const kernel_shape *shapes, int32_t count, int row, int piece,
                        int piece_end)
{
    float sums[2][PIECE], coverage[PIECE], clip[PIECE];
    const float step = canvas->pixels_per_sample, y = ((float)row + 0.5f) * step;
    int touched_first = piece_end, touched_last = piece;
    for (int32_t index = 0; index < count; index++) {
        int first, last;
        if (!columns_of(&shapes[index], canvas, y, piece, piece_end, &first, &last)) continue;
        if (first < touched_first) touched_first = first;
        if (last > touched_last) touched_last = last;
    }
    if (touched_first >= touched_last) return;
    const int touched = touched_last - touched_first;
    for (int plane = 0; plane < canvas->plane_count; plane++) {
        const uint8_t *samples = canvas->planes[plane] + (size_t)row * canvas->bytes_per_line + touched_first;
        for (int i = 0; i < touched; i++) sums[plane][i] = samples[i];
    }
    for (int32_t index = 0; index < count; index++) {
        const kernel_shape *shape = &shapes[index];
        int first, last;
        if (!columns_of(shape, canvas, y, piece, piece_end, &first, &last)) continue;
        const float x = ((float)first + 0.5f) * step;
        cover(shape, x, y, step, last - first, coverage);
        if (shape->clip >= 0 && shape->clip < count) {
            cover(&shapes[shape->clip], x, y, step, last - first, clip);
            for (int i = 0; i < last - first; i++) coverage[i] *= clip[i];
        }
        const float v_start = shape->v_x * x + shape->v_y * y + shape->v_0;
        for (int plane = 0; plane < canvas->plane_count; plane++)
            blend(shape, canvas->first_component + plane, v_start, shape->v_x * step, last - first, coverage,
                  sums[plane] + (first - touched_first));
    }
    for (int plane = 0; plane < canvas->plane_count; plane++) {
        uint8_t *samples = canvas->planes[plane] + (size_t)row * canvas->bytes_per_line + touched_first;
        store(sums[plane], touched, touched_first, row, samples);
    }
}

void kernel_paint_shapes(const kernel_canvas *canvas, const kernel_shape *shapes, int32_t count)
{
    float top = INFINITY, bottom = -INFINITY;
    for (int32_t index = 0; index < count; index++) {
        top = fminf(top, shapes[index].top);
        bottom = fmaxf(bottom, shapes[index].bottom);
    }
    const int first_row = clamped(top / canvas->pixels_per_sample, 0, canvas->height);
    const int last_row = clamped(bottom / canvas->pixels_per_sample + 1, 0, canvas->height);
    for (int row = first_row; row < last_row; row++)
        for (int piece = 0; piece < canvas->width; piece += PIECE) {
            const int end = canvas->width - piece < PIECE ? canvas->width : piece + PIECE;
            paint_piece(canvas, shapes, count, row, piece, end);
        }
}
