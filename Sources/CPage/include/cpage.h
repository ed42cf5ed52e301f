// The page that the daemon serves and the description of its HTTP interface, compiled into the binary.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct {
  // Where the file is served.
  const char *path;
  const char *content_type;
  const uint8_t *bytes;
  size_t size;
} cpage_file;

size_t cpage_file_count(void);

// The index must be below the count.
cpage_file cpage_file_at(size_t index);

// The page that asks for the token; not among the files, because it is not the same each time.
cpage_file cpage_login(void);
