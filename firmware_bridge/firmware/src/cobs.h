/* Consistent Overhead Byte Stuffing (Cheshire and Baker, 1999): bytes without 0x00, which then ends a frame. Only for
 * packets under 254 bytes, as ours are: the code 0xFF, for longer runs without a zero, never occurs. */
#ifndef COBS_H
#define COBS_H

#include <stdbool.h>
#include <stdint.h>

/* Write the coded form of `length` bytes, at most 253, without the closing 0x00; it is `length` + 1 bytes long. */
void cobs_encode(const uint8_t *data, uint32_t length, uint8_t *coded);

/* Undo it; `data` has room for `length` bytes. False if `coded` is no coded form:
 * a code of zero, or a block past its end. There is no zero between the codes: those end frames. */
bool cobs_decode(const uint8_t *coded, uint32_t length, uint8_t *data, uint32_t *data_length);

#endif
