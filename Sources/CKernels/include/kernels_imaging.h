// Loops over samples of pictures.
#pragma once

#include <stddef.h>
#include <stdint.h>
