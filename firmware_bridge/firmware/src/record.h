/* A small record that survives power loss at any byte: two sectors, a generation and a CRC a copy. Each save goes to the
 * next blank place; the other sector is erased only when the present one is full, so the newest copy is never touched. */
#ifndef RECORD_H
#define RECORD_H

#include <stdbool.h>
#include <stdint.h>

#define RECORD_PAYLOAD_MAX 26U

struct record_area {
    uint32_t address; /* of two sectors in a row */
    uint32_t length;  /* of the payload: even, at most RECORD_PAYLOAD_MAX */
};

enum record_state {
    RECORD_FOUND,
    RECORD_BLANK, /* never written */
    RECORD_LOST   /* written, and no copy is good */
};

/* Read the newest good copy. */
enum record_state record_load(const struct record_area *area, uint8_t *payload);

/* Write a new copy; when this returns true it is the one that will be read. */
bool record_save(const struct record_area *area, const uint8_t *payload);

#endif
