/* A program in a slot; see image.h. */
#include "image.h"

#include "board.h"
#include "bytes.h"
#include "crc.h"
#include "hal.h"

#define CHUNK 64U
#define HEADER_BYTES 20U

uint32_t image_crc(uint8_t slot, uint32_t size)
{
    uint8_t chunk[CHUNK];
    uint32_t crc = 0U;
    for (uint32_t at = 0U; at < size; at += CHUNK) {
        const uint32_t length = ((size - at) < CHUNK) ? (size - at) : CHUNK;
        hal_flash_read(BOARD_SLOT_AT(slot) + at, chunk, length);
        crc = crc32_more(crc, chunk, length);
    }
    return crc;
}

bool image_read(uint8_t slot, struct image *image)
{
    uint8_t raw[HEADER_BYTES];
    uint8_t stored[4];
    hal_flash_read(BOARD_SLOT_AT(slot) + IMAGE_HEADER_AT, raw, HEADER_BYTES);
    image->version = (struct version){raw[6], raw[7], raw[8]};
    image->size = get_u32(&raw[12]);
    if ((get_u32(raw) != IMAGE_MAGIC) || (get_u16(&raw[4]) != BOARD_KIND) || (image->size < IMAGE_SIZE_MIN) ||
        (image->size > BOARD_SLOT_SIZE) || (get_u32(&raw[16]) != BOARD_RUN_AT(slot))) {
        return false;
    }
    hal_flash_read(BOARD_SLOT_AT(slot) + image->size - 4U, stored, 4U);
    return image_crc(slot, image->size - 4U) == get_u32(stored);
}
