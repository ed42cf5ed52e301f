// The adjoints of winograd_body.h's transforms, for training. Included after it, with the same macros.

// The adjoint of the output transform, A y: one dimension, F(4, 3).
static inline __attribute__((always_inline)) TARGET void NAME(gradient4)(const VECTOR *y, size_t step, VECTOR *out,
                                                                         size_t out_step)
{
    const VECTOR y0 = y[0], y1 = y[step], y2 = y[2 * step], y3 = y[3 * step];
    const VECTOR even_a = y0 + y2 * 0.5f, odd_a = (y1 + y3 * 0.5f) * ROOT_HALF;
    const VECTOR even_b = y0 + y2 * 2.0f, odd_b = (y1 + y3 * 2.0f) * ROOT_TWO;
    out[0] = y0;
    out[out_step] = even_a + odd_a;
    out[2 * out_step] = even_a - odd_a;
    out[3 * out_step] = even_b + odd_b;
    out[4 * out_step] = even_b - odd_b;
    out[5 * out_step] = y3;
}

static inline __attribute__((always_inline)) TARGET void NAME(gradient3)(const VECTOR *y, size_t step, VECTOR *out,
                                                                         size_t out_step)
{
    const VECTOR y0 = y[0], y1 = y[step], y2 = y[2 * step];
    const VECTOR even_a = y0 + y2 * 0.25f, even_b = y0 + y2 * 1.5625f;
    out[0] = even_a + y1 * 0.5f;
    out[out_step] = even_a - y1 * 0.5f;
    out[2 * out_step] = even_b + y1 * 1.25f;
    out[3 * out_step] = even_b - y1 * 1.25f;
    out[4 * out_step] = y2;
}

// The adjoint of the filters' transform, G' u: one dimension, F(4, 3).
static inline __attribute__((always_inline)) TARGET void NAME(filter_gradient4)(const VECTOR *u, size_t step,
                                                                                VECTOR *out, size_t out_step)
{
    const VECTOR sum_a = (u[step] + u[2 * step]) * (-2.0f / 3), sum_b = (u[3 * step] + u[4 * step]) * (1.0f / 6);
    out[0] = u[0] + sum_a + sum_b;
    out[out_step] = (u[step] - u[2 * step]) * (ROOT_HALF * -2.0f / 3) + (u[3 * step] - u[4 * step]) * (ROOT_TWO / 6);
    out[2 * out_step] = sum_a * 0.5f + sum_b * 2.0f + u[5 * step];
}

static inline __attribute__((always_inline)) TARGET void NAME(filter_gradient3)(const VECTOR *u, size_t step,
                                                                                VECTOR *out, size_t out_step)
{
    const float scale_a = 1.0f / (2 * 0.5f * (0.25f - 1.5625f)), scale_b = 1.0f / (2 * 1.25f * (1.5625f - 0.25f));
    const VECTOR even_a = (u[0] - u[step]) * scale_a, even_b = (u[2 * step] - u[3 * step]) * scale_b;
    out[0] = even_a + even_b;
    out[out_step] = (u[0] + u[step]) * (0.5f * scale_a) + (u[2 * step] + u[3 * step]) * (1.25f * scale_b);
    out[2 * out_step] = even_a * 0.25f + even_b * 1.5625f + u[4 * step];
}

static inline __attribute__((always_inline)) TARGET void NAME(gradient_tiles)(const kernel_tiling *tiling,
                                                                              const float *gradient, size_t first,
                                                                              size_t count, size_t first_channel,
                                                                              const size_t t, float *transformed,
                                                                              size_t frequency_stride)
{
    const size_t channels = tiling->channels, tile = t - 2;
    const size_t tiles = tiling->tiles_down * tiling->tiles_across;
    for (size_t index = 0; index < count; index++) {
        const size_t number = first + index, image = number / tiles;
        const size_t y0 = number % tiles / tiling->tiles_across * tile, x0 = number % tiling->tiles_across * tile;
        const float *samples[16];
        size_t steps[16];
UNROLL
        for (size_t row = 0; row < tile; row++) {
UNROLL
            for (size_t column = 0; column < tile; column++) {
                const size_t y = y0 + row, x = x0 + column;
                const int inside = y < tiling->height && x < tiling->width;
                samples[row * tile + column] =
                    inside ? gradient + ((image * tiling->height + y) * tiling->width + x) * channels + first_channel
                           : zeros;
                steps[row * tile + column] = inside ? 1 : 0;
            }
        }
        float *out = transformed + index * KERNEL_PANEL_COLUMNS;
        for (size_t channel = 0; channel < KERNEL_PANEL_COLUMNS; channel += LANES) {
            VECTOR y[16], half[24], q[36];
UNROLL
            for (size_t place = 0; place < tile * tile; place++) {
                y[place] = NAME(load)(samples[place] + channel * steps[place]);
            }
UNROLL
            for (size_t line = 0; line < tile; line++) {
                if (t == 6) NAME(gradient4)(y + line, 4, half + line, 4);
                else NAME(gradient3)(y + line, 3, half + line, 3);
            }
UNROLL
            for (size_t line = 0; line < t; line++) {
                if (t == 6) NAME(gradient4)(half + line * 4, 1, q + line * 6, 1);
                else NAME(gradient3)(half + line * 3, 1, q + line * 5, 1);
            }
UNROLL
            for (size_t place = 0; place < t * t; place++) {
                NAME(store)(out + place * frequency_stride + channel, q[place]);
            }
        }
    }
}

static TARGET void NAME(winograd_gradient)(const kernel_tiling *tiling, const float *gradient, size_t first,
                                           size_t count, size_t first_channel, float *transformed,
                                           size_t frequency_stride)
{
    if (tiling->tile == 4) {
        NAME(gradient_tiles)(tiling, gradient, first, count, first_channel, 6, transformed, frequency_stride);
    } else {
        NAME(gradient_tiles)(tiling, gradient, first, count, first_channel, 5, transformed, frequency_stride);
    }
}

static inline __attribute__((always_inline)) TARGET void NAME(filter_gradient_panel)(const float *products,
                                                                                     size_t count, const size_t t,
                                                                                     float *gradient,
                                                                                     size_t frequency_stride)
{
    for (size_t input = 0; input < count; input++) {
        for (size_t column = 0; column < KERNEL_PANEL_COLUMNS; column += LANES) {
            VECTOR u[36], half[18], g[9];
            const float *m = products + input * KERNEL_PANEL_COLUMNS + column;
UNROLL
            for (size_t place = 0; place < t * t; place++) u[place] = NAME(load)(m + place * frequency_stride);
UNROLL
            for (size_t line = 0; line < t; line++) {
                if (t == 6) NAME(filter_gradient4)(u + line, 6, half + line, 6);
                else NAME(filter_gradient3)(u + line, 5, half + line, 5);
            }
UNROLL
            for (size_t line = 0; line < 3; line++) {
                if (t == 6) NAME(filter_gradient4)(half + line * 6, 1, g + line * 3, 1);
                else NAME(filter_gradient3)(half + line * 5, 1, g + line * 3, 1);
            }
UNROLL
            for (size_t tap = 0; tap < 9; tap++) {
                NAME(store)(gradient + (input * 9 + tap) * KERNEL_PANEL_COLUMNS + column, g[tap]);
            }
        }
    }
}

static TARGET void NAME(winograd_filter_gradient)(const float *products, size_t count, size_t tile, float *gradient,
                                                  size_t frequency_stride)
{
    if (tile == 4) NAME(filter_gradient_panel)(products, count, 6, gradient, frequency_stride);
    else NAME(filter_gradient_panel)(products, count, 5, gradient, frequency_stride);
}
