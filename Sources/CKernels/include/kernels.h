// Vector code of the rooms: the loops over samples and floats that decide the program's speed.
//
// Plain C with target attributes: the best version for the processor is chosen when the program starts, so
// one binary runs everywhere and no compiler flags are needed. No allocation, no policy, no errors: callers
// check sizes before they call.
#pragma once

#include "kernels_dispatch.h"
#include "kernels_imaging.h"
#include "kernels_network.h"
#include "kernels_resample.h"
#include "kernels_shapes.h"
#include "kernels_training.h"
#include "kernels_winograd.h"
