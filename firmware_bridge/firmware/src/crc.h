/* Checksums. Bit by bit: a board has time and little flash for tables. */
#ifndef CRC_H
#define CRC_H

#include <stdint.h>

/* CRC-16/CCITT-FALSE: poly 0x1021, init 0xFFFF, not reflected, no final xor. Of "123456789": 0x29B1. */
uint16_t crc16(const uint8_t *data, uint32_t length);

/* CRC-32 of IEEE 802.3, as zlib's: start with 0, hand in what came out to go on. Of "123456789": 0xCBF43926. */
uint32_t crc32_more(uint32_t crc, const uint8_t *data, uint32_t length);

#endif
