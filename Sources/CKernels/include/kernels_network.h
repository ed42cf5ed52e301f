// Loops over floats of networks.
#pragma once

#include <stddef.h>
#include <stdint.h>
