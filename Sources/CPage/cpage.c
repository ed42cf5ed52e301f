#include "cpage.h"

// The compiler knows #embed in C17 too, but says that it belongs to C23; the package's other sources need
// C17's GNU form.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t index_html[] = {
#embed "index.html"
};
static const uint8_t overview_html[] = {
#embed "overview.html"
};
static const uint8_t overview_js[] = {
#embed "overview.js"
};
static const uint8_t login_html[] = {
#embed "login.html"
};
static const uint8_t page_css[] = {
#embed "page.css"
};
static const uint8_t theme_js[] = {
#embed "theme.js"
};
static const uint8_t page_js[] = {
#embed "page.js"
};
static const uint8_t stream_js[] = {
#embed "stream.js"
};
static const uint8_t events_js[] = {
#embed "events.js"
};
static const uint8_t faces_js[] = {
#embed "faces.js"
};
static const uint8_t timeline_js[] = {
#embed "timeline.js"
};
static const uint8_t text_js[] = {
#embed "text.js"
};
static const uint8_t favicon_svg[] = {
#embed "favicon.svg"
};
static const uint8_t openapi_json[] = {
#embed "openapi.json"
};

#define HTML "text/html; charset=utf-8"
#define CSS "text/css; charset=utf-8"
#define JAVASCRIPT "text/javascript; charset=utf-8"
#define FILE(path, type, name) {path, type, name, sizeof name}

static const cpage_file files[] = {
    FILE("/", HTML, index_html),
    FILE("/overview", HTML, overview_html),
    FILE("/overview.js", JAVASCRIPT, overview_js),
    FILE("/page.css", CSS, page_css),
    FILE("/theme.js", JAVASCRIPT, theme_js),
    FILE("/page.js", JAVASCRIPT, page_js),
    FILE("/stream.js", JAVASCRIPT, stream_js),
    FILE("/events.js", JAVASCRIPT, events_js),
    FILE("/faces.js", JAVASCRIPT, faces_js),
    FILE("/timeline.js", JAVASCRIPT, timeline_js),
    FILE("/text.js", JAVASCRIPT, text_js),
    FILE("/favicon.svg", "image/svg+xml", favicon_svg),
    FILE("/favicon.ico", "image/svg+xml", favicon_svg),
    FILE("/openapi.json", "application/json", openapi_json),
};

size_t cpage_file_count(void) { return sizeof files / sizeof files[0]; }

cpage_file cpage_file_at(size_t index) { return files[index]; }

cpage_file cpage_login(void) { return (cpage_file)FILE("/login", HTML, login_html); }
