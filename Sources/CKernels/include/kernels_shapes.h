// Painting of soft shapes, one over the other, into the planes of a picture.
#pragma once

#include <stddef.h>
#include <stdint.h>

/// What a shape covers, in its own coordinates (u, v).
typedef enum {
    /// The inside of r = 1 with r^2 = p^2 + v^2 - squareness p^2 v^2, p = u (1 + taper v + bulge v^2).
    KERNEL_SHAPE_ROUND,
    /// The same outline, opaque in the middle and fading out to r = 1 as (1 - r^2)^2.
    KERNEL_SHAPE_GLOW,
    /// |u| < 1, between the curves v = first(u) and v = second(u).
    KERNEL_SHAPE_BAND,
} kernel_shape_kind;

/// A shape of one colour, or of a colour that changes evenly along v.
///
/// Places are in pixels of the first plane, the middle of its first sample at (0.5, 0.5):
/// u = u_x x + u_y y + u_0, v = v_x x + v_y y + v_0.
typedef struct {
    int32_t kind;
    /// A shape of the same list that this one shows only inside of; -1 for none.
    int32_t clip;
    /// Outside of this box, in pixels, nothing is painted.
    float left, top, right, bottom;
    float u_x, u_y, u_0;
    float v_x, v_y, v_0;
    /// How fast an edge goes from clear to opaque: coverage a unit of v (BAND) or of r^2 (ROUND).
    float sharpness;
    /// The same for the ends of a band, a unit of u^2.
    float end_sharpness;
    /// Coverage at the very edge: 0.5, or 0 for a band that vanishes where its curves meet.
    float edge_coverage;
    float taper, bulge, squareness;
    /// Coefficients of 1, u, u^2, u^3, u^4.
    float first[5], second[5];
    /// 0...1.
    float opacity;
    /// Y', Cb, Cr at v = 0, 0...255, and their change a unit of v.
    float color[3], gradient[3];
} kernel_shape;

/// Planes that are painted with the same coverage: one luma plane, or two chroma planes.
typedef struct {
    /// One or two planes of the same size.
    uint8_t *planes[2];
    int32_t plane_count;
    int32_t width, height;
    size_t bytes_per_line;
    /// Pixels of the first plane a sample of these: 1, or 2 for halved chroma.
    float pixels_per_sample;
    /// Which of a shape's colours goes into the first of these planes: 0 luma, 1 Cb; the next into the second.
    int32_t first_component;
} kernel_canvas;

/// Paints shapes in their order over what the planes hold. The result depends on nothing else, and is the same
/// on every processor.
void kernel_paint_shapes(const kernel_canvas *canvas, const kernel_shape *shapes, int32_t count);
