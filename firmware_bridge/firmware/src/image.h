/* A program in a slot of the flash: vectors, header, code, and a CRC-32 over all before it as the last four bytes.
 * The header stands behind the 16 words of vectors: magic u32, board u16, version 3 bytes, 3 spare, size u32 (with the
 * CRC), address to run at u32. */
#ifndef IMAGE_H
#define IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#define SLOTS 2U
#define IMAGE_MAGIC 0x42474C4CU /* "LLGB" */
#define IMAGE_HEADER_AT 64U
#define IMAGE_SIZE_MIN (IMAGE_HEADER_AT + 20U + 4U)

struct version {
    uint8_t major;
    uint8_t minor;
    uint8_t patch;
};

struct image {
    uint32_t size;
    struct version version;
};

/* Whether `slot` holds a whole program for this board and this slot. */
bool image_read(uint8_t slot, struct image *image);

/* CRC-32 of the first `size` bytes of a slot. */
uint32_t image_crc(uint8_t slot, uint32_t size);

#endif
