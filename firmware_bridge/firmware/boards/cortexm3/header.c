/* The header of a program's image; image.h has its layout. */
#include <stdint.h>

#include "board.h"
#include "image.h"
#include "version.h"

/* Set by program.ld: their addresses are the values. */
extern const uint8_t image_size[];
extern const uint8_t image_run_at[];

struct header {
    uint32_t magic;
    uint16_t board;
    uint8_t version[3];
    uint8_t spare[3];
    const uint8_t *size;
    const uint8_t *run_at;
};

__attribute__((section(".header"), used)) static const struct header HEADER = {
    IMAGE_MAGIC, BOARD_KIND, {VERSION_MAJOR, VERSION_MINOR, VERSION_PATCH}, {0U, 0U, 0U}, image_size, image_run_at,
};
